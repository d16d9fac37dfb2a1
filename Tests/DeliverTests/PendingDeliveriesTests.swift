import HashRing
import StatuscastModel
import Testing

@testable import Deliver

struct PendingDeliveriesTests {
    private let first = PartitionIndex(rawValue: 0)
    private let second = PartitionIndex(rawValue: 1)

    private func record(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }
    private func texts(_ claim: BundleClaim) -> [String] { claim.records.map { String(decoding: $0, as: UTF8.self) } }

    private func deliver(
        _ text: String, id: UInt64, to addresses: [Address], of partition: PartitionIndex,
        in pending: inout PendingDeliveries
    ) {
        let index = pending.retainRecord(id: id, bytes: record(text))
        for address in addresses { pending.deliver(index, to: address, partition: partition) }
        pending.releaseRecord(index)
    }

    private func claim(_ address: Address, in pending: inout PendingDeliveries) -> BundleClaim? {
        guard case .pending(let slot) = pending.state(of: address) else { return nil }
        return pending.claim(slot)
    }

    @Test func aMailboxGetsItsRecordsAsOneBundleInOrder() throws {
        var pending = PendingDeliveries()
        pending.terms[first] = 7
        let home = Address.home(AccountID(rawValue: 5))
        for number in 1...4 { deliver("r\(number)", id: UInt64(number), to: [home, .public], of: first, in: &pending) }
        #expect(pending.deliveries == 8 && pending.mailboxes == 2)
        pending.beginSweep()
        let claims = pending.claimSwept(10)
        #expect(Set(claims.map(\.address)) == [home, .public])
        #expect(claims.allSatisfy { texts($0) == ["r1", "r2", "r3", "r4"] && $0.term == 7 })
        for claim in claims { pending.complete(claim) }
        expect(pending.sweepIsDrained && pending.endSweep().isEmpty)
        #expect(pending.deliveries == 0 && pending.mailboxes == 0 && pending.bytes == 0)
    }

    @Test func theSameRecordTwiceInARowCountsOnce() {
        var pending = PendingDeliveries()
        deliver("r", id: 1, to: [.public, .public], of: first, in: &pending)
        deliver("r", id: 1, to: [.public], of: first, in: &pending)
        #expect(pending.deliveries == 1)
    }

    @Test func copiesOfARecordFromSeveralPartitionsAreKeptOnce() {
        var pending = PendingDeliveries()
        deliver("same", id: 1, to: [.home(AccountID(rawValue: 1))], of: first, in: &pending)
        deliver("same", id: 1, to: [.home(AccountID(rawValue: 2))], of: second, in: &pending)
        #expect(pending.table.count == 1 && pending.table.bytes == 4 && pending.table.conflicts == 0)
        deliver("other", id: 1, to: [.home(AccountID(rawValue: 3))], of: second, in: &pending)
        #expect(pending.table.count == 2 && pending.table.conflicts == 1)
    }

    @Test func whatComesDuringASweepWaitsForTheNext() throws {
        var pending = PendingDeliveries()
        deliver("old", id: 1, to: [.public], of: first, in: &pending)
        pending.beginSweep()
        let claim = try #require(pending.claimSwept(1).first)
        deliver("new", id: 2, to: [.public], of: first, in: &pending)
        expect(pending.claimSwept(1).isEmpty)
        pending.complete(claim)
        expect(pending.endSweep().isEmpty && pending.deliveries == 1)
        pending.beginSweep()
        expect(pending.claimSwept(1).map(texts) == [["new"]])
    }

    @Test func aMailboxThatSomebodyElseWritesIsNotClaimedTwice() throws {
        var pending = PendingDeliveries()
        deliver("a", id: 1, to: [.public], of: first, in: &pending)
        let prompt = try #require(claim(.public, in: &pending))
        deliver("b", id: 2, to: [.public], of: first, in: &pending)
        guard case .busy = pending.state(of: .public) else { Issue.record("not busy"); return }
        pending.beginSweep()
        expect(pending.claimSwept(5).isEmpty)
        #expect(!pending.sweepIsDrained)
        let epoch = pending.closeEpoch()
        #expect(pending.isUnderway(through: epoch))
        pending.complete(prompt)
        #expect(!pending.isUnderway(through: epoch))
        expect(pending.claimSwept(5).map(texts) == [["b"]])
        #expect(pending.sweepIsDrained)
    }

    @Test func whatIsGivenBackDuringASweepBelongsToIt() throws {
        var pending = PendingDeliveries()
        deliver("a", id: 1, to: [.public], of: first, in: &pending)
        let prompt = try #require(claim(.public, in: &pending))
        pending.beginSweep()
        expect(pending.claimSwept(5).isEmpty && pending.sweepIsDrained)
        deliver("b", id: 2, to: [.public], of: first, in: &pending)
        pending.restore(prompt)
        #expect(!pending.sweepIsDrained)
        expect(pending.endSweep() == [first])
        pending.beginSweep()
        expect(pending.claimSwept(5).map(texts) == [["a", "b"]])
    }

    @Test func anInterruptedSweepNamesThePartitionsThatAreNotDone() throws {
        var pending = PendingDeliveries()
        deliver("b", id: 2, to: [.home(AccountID(rawValue: 2))], of: second, in: &pending)
        deliver("a", id: 1, to: [.home(AccountID(rawValue: 1))], of: first, in: &pending)
        pending.beginSweep()
        pending.orderSweepByPartition()
        let claim = try #require(pending.claimSwept(1).first)
        #expect(claim.partition == first)
        pending.complete(claim)
        expect(pending.endSweep() == [second])
    }

    @Test func whatOthersTakeOfAnInterruptedSweepIsNotDone() throws {
        var pending = PendingDeliveries()
        deliver("a", id: 1, to: [.home(AccountID(rawValue: 1))], of: first, in: &pending)
        deliver("b", id: 2, to: [.home(AccountID(rawValue: 2))], of: second, in: &pending)
        pending.beginSweep()
        let prompt = try #require(claim(.home(AccountID(rawValue: 2)), in: &pending))
        expect(pending.endSweep() == [first, second])
        pending.complete(prompt)
        pending.beginSweep()
        expect(pending.claimSwept(5).map(texts) == [["a"]])
        expect(pending.sweepIsDrained && pending.endSweep() == [])
    }

    @Test func aKeptRecordDoesNotKeepItsFrame() {
        var table = RecordTable()
        let frame = [UInt8](repeating: 7, count: 1_000)
        let index = table.retain(id: 1, bytes: frame[500..<510])
        #expect(table.records[Int(index)].bytes == frame[..<10] && table.records[Int(index)].bytes.startIndex == 0)
    }

    @Test func whatIsUrgentLongestComesFirst() {
        var pending = PendingDeliveries()
        let homes = (1...3).map { Address.home(AccountID(rawValue: $0)) }
        for home in homes { pending.setWatched(home, true) }
        deliver("a", id: 1, to: homes, of: first, in: &pending)
        expect(pending.claimUrgent(2).map(\.address) == Array(homes[..<2]))
        expect(pending.claimUrgent(2).map(\.address) == [homes[2]])
    }

    @Test func aDroppedPartitionLeavesNothingBehind() throws {
        var pending = PendingDeliveries()
        deliver("a", id: 1, to: [.home(AccountID(rawValue: 1)), .tag("x")], of: first, in: &pending)
        deliver("b", id: 2, to: [.home(AccountID(rawValue: 2))], of: second, in: &pending)
        let underway = try #require(claim(.tag("x"), in: &pending))
        pending.drop(first)
        deliver("c", id: 3, to: [.tag("x")], of: first, in: &pending)
        pending.restore(underway)
        pending.beginSweep()
        let claims = pending.claimSwept(10)
        #expect(Set(claims.flatMap(texts)) == ["b", "c"])
        for claim in claims { pending.complete(claim) }
        #expect(pending.mailboxes == 0 && pending.deliveries == 0 && pending.table.bytes == 0)
    }

    @Test func watchedMailboxesAreUrgent() throws {
        var pending = PendingDeliveries()
        let home = Address.home(AccountID(rawValue: 1))
        pending.setWatched(home, true)
        deliver("a", id: 1, to: [home, .public], of: first, in: &pending)
        let claims = pending.claimUrgent(10)
        #expect(claims.map(\.address) == [home])
        deliver("b", id: 2, to: [home], of: first, in: &pending)
        expect(pending.claimUrgent(10).isEmpty)
        expect(pending.complete(claims[0]))
        expect(pending.claimUrgent(10).map(texts) == [["b"]])
        pending.setWatched(.public, true)
        expect(pending.claimUrgent(10).map(\.address) == [.public])
        pending.setWatched(home, false)
        deliver("c", id: 3, to: [home], of: first, in: &pending)
        #expect(pending.urgent.isEmpty)
    }

    /// Against a plain model: random deliveries, claims, failures, sweeps and drops lose and invent nothing, and when a
    /// sweep is over everything from before it was written.
    @Test(arguments: 0..<20) func randomHistoriesMatchAModel(round: Int) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(seed)
        var pending = PendingDeliveries()
        var waiting: [Address: [String]] = [:]
        var written: [Address: [String]] = [:]
        var underway: [BundleClaim] = []
        var owed: [Address: [String]]?
        var nextID: UInt64 = 1
        func check(_ condition: Bool, _ what: String) { #expect(condition, "\(what), seed \(seed)") }
        func partition(_ address: Address) -> PartitionIndex {
            PartitionIndex(rawValue: UInt16(address.hash & 3))
        }
        for _ in 0..<2_000 {
            switch random.next(upTo: 10) {
            case 0...3:
                let target: Address =
                    random.next(upTo: 4) == 0
                    ? .tag("t\(random.next(upTo: 5))") : .home(AccountID(rawValue: random.next(upTo: 20) + 1))
                deliver("r\(nextID)", id: nextID, to: [target], of: partition(target), in: &pending)
                waiting[target, default: []].append("r\(nextID)")
                nextID += 1
            case 4:
                let target = Address.home(AccountID(rawValue: random.next(upTo: 20) + 1))
                if let taken = claim(target, in: &pending) { underway.append(taken) }
            case 5: underway += pending.claimUrgent(2)
            case 6:
                if pending.sweepActive { underway += pending.claimSwept(Int(random.next(upTo: 5)) + 1) }
            case 7 where !underway.isEmpty:
                let claim = underway.remove(at: Int(random.next(upTo: UInt64(underway.count))))
                if random.next(upTo: 3) == 0 {
                    pending.restore(claim)
                } else {
                    pending.complete(claim)
                    written[claim.address, default: []] += texts(claim)
                    waiting[claim.address]?.removeFirst(claim.count)
                }
            case 8:
                let target = Address.home(AccountID(rawValue: random.next(upTo: 20) + 1))
                pending.setWatched(target, random.next(upTo: 2) == 0)
            case 9:
                if !pending.sweepActive {
                    pending.beginSweep()
                    owed = waiting.filter { !$0.value.isEmpty }
                } else if underway.isEmpty, pending.sweepIsDrained {
                    let left = pending.endSweep()
                    check(left.isEmpty, "a drained sweep leaves nothing")
                    for (address, records) in owed ?? [:] {
                        check(Set(written[address] ?? []).isSuperset(of: records), "everything from before is written")
                    }
                }
            default: break
            }
            check(pending.deliveries == waiting.values.reduce(0) { $0 + $1.count }, "the count is right")
        }
        for claim in underway { pending.restore(claim) }
        if pending.sweepActive { _ = pending.endSweep() }
        pending.beginSweep()
        for claim in pending.claimSwept(1_000) {
            check(texts(claim) == waiting[claim.address], "the rest is in order")
            waiting[claim.address] = nil
            pending.complete(claim)
        }
        check(waiting.values.allSatisfy(\.isEmpty), "nothing is forgotten")
        check(pending.mailboxes == 0 && pending.bytes == 0, "nothing leaks")
        for (address, records) in written {
            check(Set(records).count == records.count, "nothing is written twice to \(address)")
        }
    }
}

/// `#expect` for conditions that change what they look at.
func expect(_ condition: Bool, _ location: SourceLocation = #_sourceLocation) {
    #expect(condition, sourceLocation: location)
}

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next(upTo bound: UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return (value ^ (value >> 31)) % bound
    }
}
