import DurableFiles
import Foundation
import StatuscastModel
import Synchronization
import SystemClock
import Testing

@testable import Lease

/// A clock that is set by hand.
private final class TestClock: Sendable {
    private let time: Mutex<UInt64>
    init(_ time: UInt64) { self.time = Mutex(time) }
    var now: UInt64 {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }
}

@Suite struct IdentifierTests {
    private let start: UInt64 = 1_795_381_331_000

    @Test func nothingIsIssuedWithoutAReservation() {
        var source = IdentifierSource(node: 5, startsAfterUnixMilliseconds: start)
        #expect(source.next(nowUnixMilliseconds: start + 1) == nil)
        source.reserve(throughUnixMilliseconds: start + 1)
        #expect(
            source.next(nowUnixMilliseconds: start - 500)
                == StatusID(unixMilliseconds: start + 1, node: 5, sequence: 0).rawValue)
        #expect(source.next(nowUnixMilliseconds: start + 2) == nil)
    }

    @Test func sixtyFourInAMillisecondThenTheNextIsBorrowed() {
        var source = IdentifierSource(node: 1023, startsAfterUnixMilliseconds: 0)
        source.reserve(throughUnixMilliseconds: start + 1)
        let ids = (0..<129).map { _ in source.next(nowUnixMilliseconds: start) }
        #expect(ids[63] == StatusID(unixMilliseconds: start, node: 1023, sequence: 63).rawValue)
        #expect(ids[64] == StatusID(unixMilliseconds: start + 1, node: 1023, sequence: 0).rawValue)
        #expect(ids[128] == nil)
    }

    @Test(arguments: [(-5, 0), (0, 0), (0, 9), (0, 10), (0, 11), (0, 63), (3, 20), (3, 63)])
    func aReplyIsAboveItsParent(aheadMilliseconds: Int, sequence: UInt8) throws {
        for parentNode: UInt16 in [3, 10, 500] {
            var source = IdentifierSource(node: 10, startsAfterUnixMilliseconds: 0)
            source.reserve(throughUnixMilliseconds: start + 100)
            let parentTime = UInt64(Int(start) + aheadMilliseconds)
            let parent = StatusID(unixMilliseconds: parentTime, node: parentNode, sequence: sequence).rawValue
            let ids = [
                source.next(nowUnixMilliseconds: start), source.next(after: parent, nowUnixMilliseconds: start),
                source.next(nowUnixMilliseconds: start),
            ].compactMap { $0 }
            try #require(ids.count == 3)
            let (before, reply, next) = (ids[0], ids[1], ids[2])
            #expect(reply > parent && reply > before && next > reply)
            #expect(StatusID(rawValue: reply).node == 10)
            #expect(StatusID(rawValue: reply).unixMilliseconds <= max(start, parentTime) + 1)
        }
    }

    @Test func idsAreUniqueAndAscendOverRestartsWithAClockThatJumps() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var state = seed
        func random(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        var now = start
        var durable: UInt64 = 0
        var last: UInt64 = 0
        for _ in 0..<300 {
            // A restart: all that is known is what was reserved.
            var source = IdentifierSource(node: 9, startsAfterUnixMilliseconds: durable)
            for _ in 0..<200 {
                now = random(20) == 0 ? start + random(600_000) : now + random(3)
                if random(10) == 0 {
                    durable = max(durable, max(now, source.lastUnixMilliseconds) + 50)
                    source.reserve(throughUnixMilliseconds: durable)
                }
                let parent = random(5) == 0 ? (now + random(40)) << 16 | random(1 << 16) : nil
                guard let id = source.next(after: parent, nowUnixMilliseconds: now) else { continue }
                #expect(id > last && id > parent ?? 0 && id >> 16 <= durable, "seed \(seed)")
                last = id
            }
        }
    }

    @Test func theIssuerReservesAheadAndNeverIssuesBeyond() async throws {
        let shared = try TemporaryDirectory()
        let clock = TestClock(start)
        let node = try NodeNumber.acquire(in: shared.path, address: "a", nowUnixMilliseconds: start)
        let issuer = try IdentifierIssuer(node: node) { clock.now }
        #expect(try text(of: shared.path + "/nodes/0.time").contains("reserved=\(start + 10_000)"))
        var last: UInt64 = 0
        for step in 0..<200 {
            // Far beyond what is reserved, and back again.
            clock.now = step % 50 == 49 ? start - 100_000 : start + UInt64(step) * 7000
            let id = try await issuer.next(after: step % 10 == 0 ? (clock.now + 30_000) << 16 : nil)
            let reserved = try #require(
                SealedText(text(of: shared.path + "/nodes/0.time"))?["reserved"].flatMap { UInt64($0) })
            #expect(id > last && id >> 16 <= reserved)
            last = id
        }
        let tooFar = (start + 10_000_000) << 16
        await #expect(throws: IdentifierError.self) { _ = try await issuer.next(after: tooFar) }
        issuer.close()
        await #expect(throws: IdentifierError.self) { _ = try await issuer.next() }
    }

    @Test func manyTasksGetDifferentIds() async throws {
        let shared = try TemporaryDirectory()
        let node = try NodeNumber.acquire(
            in: shared.path, address: "a", nowUnixMilliseconds: UnixClock.milliseconds())
        let issuer = try IdentifierIssuer(node: node)
        let ids = try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<16 {
                group.addTask {
                    var ids: [UInt64] = []
                    for _ in 0..<1000 { ids.append(try await issuer.next()) }
                    return ids
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(ids).count == 16_000)
        #expect(ids.allSatisfy { StatusID(rawValue: $0).node == node.number })
    }

    @Test func aSharedDirectoryThatCannotBeWrittenIsAnErrorAndPasses() async throws {
        let shared = try TemporaryDirectory()
        let clock = TestClock(start)
        let node = try NodeNumber.acquire(in: shared.path, address: "a", nowUnixMilliseconds: start)
        let issuer = try IdentifierIssuer(node: node) { clock.now }
        // A directory where the file's successor is written: no user may open that for writing, root neither.
        try FileManager.default.createDirectory(
            atPath: shared.path + "/nodes/0.time.new", withIntermediateDirectories: false)
        clock.now = start + 9_000
        _ = try await issuer.next()
        clock.now = start + 60_000
        let error = await #expect(throws: IdentifierError.self) { _ = try await issuer.next() }
        #expect(error?.code == .unavailable)
        try FileManager.default.removeItem(atPath: shared.path + "/nodes/0.time.new")
        #expect(try await issuer.next() >> 16 == start + 60_000)
    }
}
