import HashRing
import Queue
import StatuscastModel
import Synchronization
import Testing

@testable import Deliver

/// A huge fan-out takes its turn and no more.
struct FanOutTests {
    private static let celebrity = AccountID(rawValue: 1)
    private static let other = AccountID(rawValue: 2)
    private static let third = AccountID(rawValue: 3)

    private func fanOut(_ author: AccountID, _ number: UInt64) -> FanOut {
        FanOut(
            record: UInt32(number), status: number, tag: 1, author: author, hooked: nil,
            partition: PartitionIndex(rawValue: 0), serial: 1,
            stream: StreamID(openedUnixMilliseconds: 1, random: 1), number: number, from: 0)
    }

    /// Runs turns until the line is empty; who got how much, in order, and which records were finished.
    private func run(
        _ line: inout FanOutLine, quantum: Int, followers: [AccountID: Int]
    ) -> (turns: [(author: AccountID, used: Int)], finished: [UInt32]) {
        var turns: [(author: AccountID, used: Int)] = []
        var finished: [UInt32] = []
        while !line.isEmpty {
            var used = 0
            var author: AccountID?
            line.turn(quantum: quantum) { fanOut, limit in
                author = fanOut.author
                let left = (followers[fanOut.author] ?? 0) - Int(fanOut.from)
                let taken = min(left, limit)
                used += taken
                if taken == left { finished.append(fanOut.record) }
                return (taken, taken < left ? fanOut.from + UInt32(taken) : nil)
            }
            if let author { turns.append((author, used)) }
        }
        return (turns, finished)
    }

    @Test func authorsTakeTurnsHoweverMuchOneHasPosted() {
        var line = FanOutLine()
        for number in 1...100 { line.add(fanOut(Self.celebrity, UInt64(number))) }
        line.add(fanOut(Self.other, 101))
        line.add(fanOut(Self.third, 102))
        #expect(line.count == 102 && line.authors == 3)
        let (turns, finished) = run(
            &line, quantum: 1_000, followers: [Self.celebrity: 50_000, Self.other: 3_000, Self.third: 10])
        let expected = [
            Self.celebrity, Self.other, Self.third, Self.celebrity, Self.other, Self.celebrity, Self.other,
            Self.celebrity,
        ]
        #expect(turns.prefix(8).map(\.author) == expected)
        #expect(turns.allSatisfy { $0.used <= 1_000 })
        #expect(finished.prefix(2) == [102, 101])
        #expect(Array(finished.dropFirst(2)) == (1...100).map { UInt32($0) }, "an author's own in their order")
        #expect(turns.count == 5_000 + 3 + 1)
    }

    @Test func manySmallFanOutsOfOneAuthorShareItsQuantum() {
        var line = FanOutLine()
        for number in 1...30 { line.add(fanOut(Self.celebrity, UInt64(number))) }
        line.add(fanOut(Self.other, 31))
        let (turns, finished) = run(&line, quantum: 1_000, followers: [Self.celebrity: 300, Self.other: 300])
        #expect(turns.map(\.used) == [1_000, 300] + Array(repeating: 1_000, count: 8))
        #expect(finished.prefix(4) == [1, 2, 3, 31])
        #expect(line.isEmpty && line.authors == 0)
    }

    /// The worker over a queue: another author's 500 followers have a status long before the celebrity's 20 posts have
    /// all reached 1,000, although those stood before it in the same batch; and the worker never holds more than it may.
    @Test func anotherAuthorsFanOutIsThereLongBeforeTheCelebritysBurst() async throws {
        let world = try World(partitions: 1)
        var edges = (0..<1_000).map { (AccountID(rawValue: 10_000 + $0), Self.celebrity) }
        edges += (0..<500).map { (AccountID(rawValue: 20_000 + $0), Self.other) }
        try await world.follow(edges)
        for _ in 0..<20 { try await world.post(by: Self.celebrity) }
        let status = try await world.post(by: Self.other)
        let writer = OrderWriter(last: world.record(status), count: 500)
        let role = RunningRole(world, writer: writer) {
            $0.quantum = 50
            $0.pendingDeliveriesMax = 1_000
            $0.sweepIntervalMilliseconds = 10
            $0.smallSweepIntervalMilliseconds = 10
        }
        try await eventually("everything is written") {
            #expect(role.role.health.pendingDeliveries <= 1_000 + 16 * 50)
            return writer.deliveries == 20 * 1_000 + 500
        }
        let before = try #require(writer.deliveriesBeforeLast)
        #expect(before < 6_000, "\(before) deliveries were written until the other author's were complete")
        try await role.stop()
    }

    /// The records that wait in the line are more than the worker may hold: no sweep makes room of them, only turns do.
    @Test func fanOutsThatFillTheMemoryByThemselvesGoOn() async throws {
        let world = try World(partitions: 1)
        try await world.follow((0..<100).map { (AccountID(rawValue: 10_000 + $0), Self.celebrity) })
        var last: UInt64 = 0
        for _ in 0..<200 { last = try await world.post(by: Self.celebrity) }
        let writer = OrderWriter(last: world.record(last), count: 100)
        let role = RunningRole(world, writer: writer) {
            $0.quantum = 50
            $0.pendingBytesMax = 20_000
            $0.sweepIntervalMilliseconds = 10
            $0.smallSweepIntervalMilliseconds = 10
        }
        try await eventually("everything is written") { writer.deliveries == 200 * 100 }
        try await role.stop()
    }
}

/// Counts deliveries, and how many there were when all of one record had been written.
private final class OrderWriter: BundleWriting {
    private struct State {
        var deliveries = 0
        var missing: Int
        var before: Int?
    }

    private let last: [UInt8]
    private let state: Mutex<State>

    init(last: [UInt8], count: Int) {
        self.last = last
        state = Mutex(State(missing: count))
    }

    var deliveries: Int { state.withLock { $0.deliveries } }
    var deliveriesBeforeLast: Int? { state.withLock { $0.before } }

    func write(_ claim: BundleClaim) -> Result<Void, BundleFailure> {
        let ofLast = claim.records.count { $0.elementsEqual(last) }
        state.withLock { state in
            state.deliveries += claim.count
            state.missing -= ofLast
            if state.missing == 0, state.before == nil { state.before = state.deliveries }
        }
        return .success(())
    }

    func sync() -> Result<Void, BundleFailure> { .success(()) }
    func renew() -> Result<Void, BundleFailure> { .success(()) }
}
