import HashRing
import Logging
import Queue
import ServiceLifecycle
import StatuscastModel
import Synchronization
import Testing

@testable import API

@Suite(.timeLimit(.minutes(1))) struct ReceiveAppenderTests {
    private func run(_ queue: HangingQueue, _ body: @escaping @Sendable (ReceiveAppender) async throws -> Void)
        async throws
    {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let appender = ReceiveAppender(queue: queue, partitions: .default, logger: logger)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [appender], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(appender)) } catch { outcome = .failure(error) }
            queue.release()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try outcome.get()
        }
    }

    private func delete(_ number: UInt64, by author: AccountID) -> ReceiveEvent {
        .delete(StatusDelete(event: EventID(rawValue: number), status: StatusID(rawValue: number), author: author))
    }

    /// Two authors in different partitions.
    private var authors: (hung: AccountID, other: AccountID) {
        let hung = AccountID(rawValue: 1)
        var other = AccountID(rawValue: 2)
        while PartitionCount.default.partition(of: other) == PartitionCount.default.partition(of: hung) {
            other = AccountID(rawValue: other.rawValue + 1)
        }
        return (hung, other)
    }

    @Test func aPartitionThatHangsDelaysNoOther() async throws {
        let (hung, other) = authors
        let queue = HangingQueue(PartitionCount.default.partition(of: hung))
        try await run(queue) { appender in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                // Into one round with the others.
                tasks.addTask { try await appender.append(delete(1, by: hung)) }
                tasks.addTask { try await appender.append(delete(2, by: other)) }
                try await tasks.next()
                for number in 3..<20 { try await appender.append(delete(UInt64(number), by: other)) }
                #expect(queue.state.withLock { $0.held.count } == 1)
                // What comes meanwhile for the one that hangs waits for it, in order.
                tasks.addTask { try await appender.append(delete(30, by: hung)) }
                queue.release()
                try await tasks.waitForAll()
            }
        }
        let items = queue.state.withLock { $0.stored[PartitionCount.default.partition(of: hung)] } ?? []
        #expect(items == [delete(1, by: hung), delete(30, by: hung)].map { $0.encoded() })
    }

    @Test func whatComesAtTheSameTimeGoesInFewCalls() async throws {
        let queue = HangingQueue(nil)
        try await run(queue) { appender in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for number in 0..<2_000 {
                    let author = AccountID(rawValue: UInt64(number % 500))
                    tasks.addTask { try await appender.append(delete(UInt64(number), by: author)) }
                }
                try await tasks.waitForAll()
            }
        }
        let (calls, frames, items) = queue.state.withLock { ($0.calls, $0.frames, $0.stored.values.joined().count) }
        print("2000 items in \(calls) calls, \(frames) frames")
        #expect(items == 2_000)
        #expect(calls < 400)
    }

    @Test func whatIsUnconfirmedIsBounded() async throws {
        let (hung, other) = authors
        let queue = HangingQueue(PartitionCount.default.partition(of: hung))
        try await run(queue) { appender in
            let text = String(repeating: "x", count: 1 << 20)
            let draft = StatusDraft(
                id: StatusID(rawValue: 1), author: hung, visibility: .public, sensitive: false, inReplyTo: nil,
                inReplyToAccount: nil, text: text, spoiler: "", language: "", idempotencyKey: "",
                application: nil, applicationName: "")
            let outcomes = await withTaskGroup(of: Bool.self) { tasks in
                for _ in 0..<40 { tasks.addTask { (try? await appender.append(.post(draft))) != nil } }
                // Those above the limit are refused while all others still hang.
                var refused = 0
                while refused < 9, let outcome = await tasks.next() { if !outcome { refused += 1 } }
                queue.release()
                var stored = 0
                for await outcome in tasks where outcome { stored += 1 }
                return (refused, stored)
            }
            #expect(outcomes == (9, 31))
            try await appender.append(delete(2, by: other))
        }
    }
}

/// Stores frames, and holds those of one partition back until it is released.
private final class HangingQueue: Queue {
    struct State {
        var stored: [PartitionIndex: [[UInt8]]] = [:]
        var held: [@Sendable () -> Void] = []
        var hangs: PartitionIndex?
        var calls = 0
        var frames = 0
    }

    let state: Mutex<State>

    init(_ hangs: PartitionIndex?) {
        state = Mutex(State())
        state.withLock { $0.hangs = hangs }
    }

    func release() {
        let held = state.withLock { state in
            state.hangs = nil
            defer { state.held = [] }
            return state.held
        }
        for one in held { one() }
    }

    func appendEach(
        _ frames: [OutgoingFrame], to topic: String,
        outcome: @escaping @Sendable (Int, Result<Void, QueueError>) -> Void
    ) async {
        state.withLock { $0.calls += 1 }
        await withDiscardingTaskGroup { group in
            for (index, frame) in frames.enumerated() {
                group.addTask {
                    await self.waitForRelease(frame.partition)
                    // About as long as a sync takes.
                    try? await Task.sleep(for: .milliseconds(1))
                    self.state.withLock { state in
                        state.frames += 1
                        let items = (try? ItemBatch.items(of: frame.bytes)) ?? []
                        state.stored[frame.partition, default: []] += items.map(Array.init)
                    }
                    outcome(index, .success(()))
                }
            }
        }
    }

    private func waitForRelease(_ partition: PartitionIndex) async {
        await withCheckedContinuation { continuation in
            let waits = state.withLock { state in
                guard state.hangs == partition else { return false }
                state.held.append { continuation.resume() }
                return true
            }
            if !waits { continuation.resume() }
        }
    }

    private static let unused = QueueError(.invalid, "not used here")
    func append(_ frames: [OutgoingFrame], to topic: String) async throws(QueueError) { throw Self.unused }
    func subscribe(to topic: String, group: String) async throws(QueueError) -> any QueueSubscription {
        throw Self.unused
    }
    func ends(of topic: String, partitions: [PartitionIndex]) async throws(QueueError) -> [PartitionIndex: Cursor] {
        [:]
    }
    func committed(
        _ topic: String, group: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor] { [:] }
    func announce(term: UInt64, topic: String, group: String, partition: PartitionIndex) async throws(QueueError) {}
    func commit(
        _ topic: String, group: String, term: UInt64, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError) {}
    func stats() async throws(QueueError) -> [TopicStats] { [] }
    func close() async {}
}
