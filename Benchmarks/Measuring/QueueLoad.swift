internal import HashRing
public import Queue
internal import StatuscastModel
internal import Synchronization

/// A closed loop of appenders on a queue, one frame a call, and a reader of everything that they appended.
public final class QueueLoad: Sendable {
    private static let partitions = 32

    private let queue: any Queue
    private let payload: [UInt8]
    private let acknowledged = Atomic<Int>(0)

    public init(queue: any Queue, frameBytes: Int) {
        self.queue = queue
        payload = (0..<frameBytes).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    }

    /// Appends for some seconds after a warm-up of a third of them.
    public func append(appenders: Int, seconds: Double) async throws -> (perSecond: Double, p99Milliseconds: Double) {
        let begin = ContinuousClock.now + .seconds(seconds / 3)
        let end = begin + .seconds(seconds)
        let latencies = try await withThrowingTaskGroup(of: [Double].self) { group in
            for appender in 0..<appenders {
                group.addTask { [self] in try await append(appender, begin, end) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return (Double(latencies.count) / seconds, percentile(0.99, of: latencies))
    }

    /// The latencies, in milliseconds, of what was acknowledged between `begin` and `end`.
    private func append(
        _ appender: Int, _ begin: ContinuousClock.Instant, _ end: ContinuousClock.Instant
    ) async throws -> [Double] {
        let frame = OutgoingFrame(partition: Self.partition(appender), bytes: payload)
        var latencies: [Double] = []
        var start = ContinuousClock.now
        while start < end {
            try await queue.append([frame], to: Topics.receive)
            acknowledged.wrappingAdd(1, ordering: .relaxed)
            let now = ContinuousClock.now
            if start >= begin, now < end { latencies.append(start.seconds(to: now) * 1000) }
            start = now
        }
        return latencies
    }

    /// Reads back every frame that was acknowledged, compares it, and answers frames a second.
    public func fetchAll() async throws -> Double {
        let expected = acknowledged.load(ordering: .acquiring)
        let subscription = try await queue.subscribe(to: Topics.receive, group: Topics.Group.judge)
        for partition in 0..<Self.partitions {
            try await subscription.add(Self.partition(partition), after: Cursor())
        }
        var found = 0
        let watch = Stopwatch()
        while found < expected {
            let frames = try await subscription.next(maxBytes: 4 << 20, waitMilliseconds: 5_000)
            try verify(!frames.isEmpty, "\(found) frames fetched of \(expected)")
            for frame in frames {
                guard case .bytes(let bytes) = frame.content, bytes == payload else {
                    throw BenchmarkError("frame \(frame.number) of partition \(frame.partition) differs")
                }
            }
            found += frames.count
        }
        let perSecond = Double(found) / watch.seconds
        try verify(found == expected, "\(found) frames fetched of \(expected)")
        await subscription.close()
        return perSecond
    }

    private static func partition(_ number: Int) -> PartitionIndex {
        PartitionIndex(rawValue: UInt16(number % partitions))
    }
}
