import HashRing
import Queue
import Synchronization
import Testing

@testable import Receive

struct StageSourceTests {
    private static let frame = FetchedFrame(
        partition: PartitionIndex(rawValue: 0), stream: StreamID(openedUnixMilliseconds: 1, random: 1), number: 1,
        content: .bytes([1]))

    /// A later commit would pass what was taken and dropped: it would be lost.
    @Test(arguments: [[true, false], [false, true]])
    func whatWasTakenIsHandledThoughAnotherTopicFails(order: [Bool]) async throws {
        let sources = order.enumerated().map { index, hasFrames in
            StageSource(topic: "t\(index)", subscription: OneAnswer(hasFrames ? [Self.frame] : nil))
        }
        var taken = 0
        for _ in 0..<4 {
            let batches = try? await StageSource.next(of: sources, maxBytes: 1_000, waitMilliseconds: 1)
            taken += (batches ?? []).reduce(0) { $0 + $1.frames.count }
        }
        #expect(taken == 1)
    }
}

/// Frames or an error at first, nothing after that.
private final class OneAnswer: QueueSubscription {
    private let answer: Mutex<Result<[FetchedFrame], QueueError>>

    init(_ frames: [FetchedFrame]?) {
        answer = Mutex(frames.map { .success($0) } ?? .failure(QueueError(.corrupt, "the test wants it")))
    }

    func next(maxBytes: Int, waitMilliseconds: Int) async throws(QueueError) -> [FetchedFrame] {
        try answer.withLock { answer in
            defer { answer = .success([]) }
            return answer
        }.get()
    }

    func add(_ partition: PartitionIndex, after cursor: Cursor) async throws(QueueError) {}
    func remove(_ partition: PartitionIndex) async {}
    func close() async {}
}
