public import HashRing
public import Queue
import Testing

/// A frame as the tests write it: short text in a partition.
public func frame(_ text: String, in partition: UInt16 = 0) -> OutgoingFrame {
    OutgoingFrame(partition: PartitionIndex(rawValue: partition), bytes: Array(text.utf8))
}

extension FetchedFrame {
    /// The frame's bytes as text, or why it has none.
    public var text: String {
        switch content {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .quarantined(let reason): "quarantined: \(reason)"
        }
    }
}

extension QueueSubscription {
    /// Reads until `count` frames have come; records an issue when they have not after `withinMilliseconds`.
    public func take(_ count: Int, withinMilliseconds: Int = 10_000) async throws -> [FetchedFrame] {
        let clock = ContinuousClock()
        let deadline = clock.now + .milliseconds(withinMilliseconds)
        var frames: [FetchedFrame] = []
        while frames.count < count {
            guard clock.now < deadline else {
                Issue.record("only \(frames.count) of \(count) frames came in \(withinMilliseconds) ms")
                return frames
            }
            frames += try await next(maxBytes: 1 << 20, waitMilliseconds: 200)
        }
        return frames
    }
}

extension Queue {
    /// A subscription to some partitions from their beginning.
    public func reader(
        of topic: String, group: String = "reader", partitions: [UInt16] = [0], after cursors: [UInt16: Cursor] = [:]
    ) async throws -> any QueueSubscription {
        let subscription = try await subscribe(to: topic, group: group)
        for partition in partitions {
            try await subscription.add(PartitionIndex(rawValue: partition), after: cursors[partition] ?? Cursor())
        }
        return subscription
    }
}

/// How far one has come who has read `frames`.
public func cursors(behind frames: [FetchedFrame]) -> [PartitionIndex: Cursor] {
    frames.reduce(into: [:]) { $0[$1.partition, default: Cursor()].advance($1.stream, to: $1.number) }
}

/// Looks at a condition until it holds; records an issue when it does not within ten seconds.
public func eventually(
    _ what: String, withinMilliseconds: Int = 10_000, _ condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + .milliseconds(withinMilliseconds)
    while true {
        if try await condition() { return }
        guard clock.now < deadline else {
            Issue.record("not within \(withinMilliseconds) ms: \(what)")
            return
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// The code of the error that `body` throws; nil where it throws none.
func code(of body: () async throws(QueueError) -> Void) async -> QueueError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return error.code
    }
}
