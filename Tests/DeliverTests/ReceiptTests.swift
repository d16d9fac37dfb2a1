import HashRing
import Queue
import Receipts
import StatuscastModel
import Testing

@testable import Deliver

struct ReceiptTests {
    private let zero = PartitionIndex(rawValue: 0)
    private let one = PartitionIndex(rawValue: 1)

    @Test func onlyWhatASweepHasMadeDurableIsCounted() {
        var counts = ReceiptCounts(statusesMax: 3, salt: 1)
        counts.add(zero, status: 5, tag: 1, deliveries: 1_000, isLast: false)
        counts.add(one, status: 5, tag: 2, deliveries: 10, isLast: true)
        counts.beginSweep()
        counts.add(zero, status: 5, tag: 1, deliveries: 7, isLast: true)
        counts.add(zero, status: 6, tag: 1, deliveries: 7, isLast: true)
        #expect(counts.statuses == 3, "the bound is reached")
        counts.failed(zero, status: 5)
        #expect(
            counts.endSweep(but: [one]) == [
                zero: [
                    ReceiptEntry(kind: .failed, status: 5, count: 1, tag: 1),
                    ReceiptEntry(kind: .part, status: 5, count: 1_000, tag: 1),
                ]
            ])
        counts.beginSweep()
        let next = counts.endSweep(but: [])
        #expect(next[one] == [ReceiptEntry(kind: .last, status: 5, count: 10, tag: 2)])
        #expect(next[zero]?.first == ReceiptEntry(kind: .last, status: 5, count: 7, tag: 1))
        #expect(counts.statuses == 0)
        counts.add(zero, status: 9, tag: 1, deliveries: 1, isLast: true)
        counts.drop(zero)
        #expect(counts.statuses == 0)
    }

    /// A worker is killed with everything written and nothing committed: its successor delivers all of it again, and the
    /// receipt still counts each delivery once.
    @Test func theReceiptIsExactAcrossAReplay() async throws {
        let world = try World(partitions: 2)
        let author = AccountID(rawValue: 1)
        try await world.follow((0..<250).map { (AccountID(rawValue: 10_000 + $0), author) })
        let status = try await world.post(by: author, to: [.public, .outbox(author)])
        func spread(_ mask: UInt64) throws {
            var book = ReceiptBook(
                path: ReceiptBook.path(sharedDirectory: world.shared, scope: "spread", partition: 0), entries: 64)
            try book.append([ReceiptEntry(kind: .sent, status: status, count: 252, tag: 0, mask: mask)])
        }
        try spread(0b11)
        func receipt() throws -> StatusReceipt {
            try StatusReceipt.read(
                status: status, spreadPartitions: [0], lanes: [("normal", "spread")], sharedDirectory: world.shared)
        }
        #expect(try receipt().pending == 252)

        let deaf = DeafQueue(world.queue)
        let first = RunningRole(world, queue: deaf) { $0.quantum = 20 }
        try await eventually("the first has delivered everything") { try receipt().isComplete }
        #expect(try receipt().done == 252)
        await first.kill()
        let second = RunningRole(world) { $0.quantum = 30 }
        try await eventually("the second has committed it") {
            let stats = try await world.queue.stats()
            return stats.contains { $0.topic == Lane.normal.topic && $0.depthFrames == 0 }
        }
        let replayed = try receipt()
        #expect(replayed.isComplete && replayed.done == 252 && replayed.failed == 0)
        try await second.stop()
    }
}

/// Takes no commits.
private final class DeafQueue: Queue {
    private let queue: any Queue
    init(_ queue: any Queue) { self.queue = queue }

    func append(_ frames: [OutgoingFrame], to topic: String) async throws(QueueError) {
        try await queue.append(frames, to: topic)
    }

    func subscribe(to topic: String, group: String) async throws(QueueError) -> any QueueSubscription {
        try await queue.subscribe(to: topic, group: group)
    }

    func ends(of topic: String, partitions: [PartitionIndex]) async throws(QueueError) -> [PartitionIndex: Cursor] {
        try await queue.ends(of: topic, partitions: partitions)
    }

    func committed(
        _ topic: String, group: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor] {
        try await queue.committed(topic, group: group, partitions: partitions)
    }

    func announce(term: UInt64, topic: String, group: String, partition: PartitionIndex) async throws(QueueError) {
        try await queue.announce(term: term, topic: topic, group: group, partition: partition)
    }

    func commit(
        _ topic: String, group: String, term: UInt64, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError) {
        throw QueueError(.temporary, "deaf")
    }

    func stats() async throws(QueueError) -> [TopicStats] { try await queue.stats() }
    func close() async {}
}
