import Foundation
import Lease
import NIOPosix
import Peers
import StatuscastModel
import SwiftProtobuf
import Testing
import Wire

struct PeerDirectoryTests {
    private let scratch: Scratch
    private let directory: PeerDirectory

    init() throws {
        scratch = try Scratch()
        directory = PeerDirectory(
            sharedDirectory: scratch.path + "/shared", group: MultiThreadedEventLoopGroup.singleton)
    }

    private func lease(_ name: LeaseName, at address: WireAddress) throws -> Lease {
        try Lease.acquire(name, in: scratch.path + "/shared", address: address.description)
    }

    @Test func closingEndsTheThreadAlthoughTheDirectoryIsStillHeld() async throws {
        // A thread names itself a moment after it was made.
        #expect(try await eventually { try threads() >= 1 })
        let before = try threads()
        let held = (0..<10).map { _ in
            PeerDirectory(sharedDirectory: scratch.path + "/shared", group: MultiThreadedEventLoopGroup.singleton)
        }
        #expect(try await eventually { try threads() >= before + 10 })
        for one in held { await one.close() }
        #expect(try await eventually { try threads() <= before })
        for one in held { await #expect(throws: PeerError.self) { try await one.store() } }
    }

    private func threads() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").filter { thread in
            (try? String(contentsOfFile: "/proc/self/task/\(thread)/comm", encoding: .utf8)) == "peers-0\n"
        }.count
    }

    private let storeLease = LeaseName(scope: "store", index: 0)

    @Test func nobodyIsSaidSoAndSomebodyIsFoundSoonAfter() async throws {
        do throws(PeerError) {
            _ = try await directory.store()
            Issue.record("somebody was found")
        } catch {
            #expect(error.code == .unavailable)
        }
        let server = try await serve(StoreEndpoint(service: FakeStore(name: "one")), at: scratch.socket("one"))
        let held = try lease(storeLease, at: server.address)
        #expect(
            try await eventually {
                (try? await directory.store().accounts(ids: [AccountID(rawValue: 1)]).first?.username) == "one"
            })
        await directory.close()
        await #expect(throws: PeerError.self) { try await directory.store() }
        await server.stop(graceMilliseconds: 100)
        held.close()
    }

    @Test func aClientFollowsTheStoreWhenThatMoves() async throws {
        let first = try await serve(StoreEndpoint(service: FakeStore(name: "one")), at: scratch.socket("one"))
        let firstLease = try lease(storeLease, at: first.address)
        let store = try await directory.store()
        #expect(try await store.accounts(ids: [AccountID(rawValue: 1)]).first?.username == "one")

        await first.stop(graceMilliseconds: 100)
        firstLease.close()
        await #expect(throws: PeerError.self) { try await store.instanceCounts() }

        let second = try await serve(StoreEndpoint(service: FakeStore(name: "two")), at: scratch.socket("two"))
        let secondLease = try lease(storeLease, at: second.address)
        #expect(
            try await eventually {
                (try? await store.accounts(ids: [AccountID(rawValue: 1)]).first?.username) == "two"
            })
        await directory.close()
        await second.stop(graceMilliseconds: 100)
        secondLease.close()
    }

    @Test func whoSaysThatItIsNotTheHolderIsLookedUpAgain() async throws {
        let old = FakeStore(name: "old")
        let first = try await serve(StoreEndpoint(service: old), at: scratch.socket("one"))
        let firstLease = try lease(storeLease, at: first.address)
        let store = try await directory.store()
        _ = try await store.instanceCounts()

        // The old process lives on without the lease.
        let second = try await serve(StoreEndpoint(service: FakeStore(name: "new")), at: scratch.socket("two"))
        firstLease.close()
        let secondLease = try lease(storeLease, at: second.address)
        old.fail(with: Array(repeating: PeerError(.notHolder, "not mine"), count: 10_000))
        #expect(
            try await eventually {
                (try? await store.createAccount(.with { $0.username = "bob" }).accessToken) == "bob"
            })
        await directory.close()
        await first.stop(graceMilliseconds: 100)
        await second.stop(graceMilliseconds: 100)
        secondLease.close()
    }

    @Test func whatTheServiceRefusesIsNotRepeated() async throws {
        let service = FakeStore(name: "one")
        let server = try await serve(StoreEndpoint(service: service), at: scratch.socket("one"))
        let held = try lease(storeLease, at: server.address)
        let store = try await directory.store()
        service.fail(with: [PeerError(.unavailable, "catching up"), PeerError(.notFound, "")])
        for _ in 0..<2 { await #expect(throws: PeerError.self) { try await store.instanceCounts() } }
        #expect(service.calls == 2)
        await directory.close()
        await server.stop(graceMilliseconds: 100)
        held.close()
    }

    @Test func mailboxHoldersAreFoundByLaneAndPartition() async throws {
        let server = try await serve(MailboxEndpoint(service: FakeMailboxes()), at: scratch.socket("deliver"))
        let held = try lease(LeaseName(scope: "normal", index: 3), at: server.address)
        let mailbox = try await directory.mailboxHolder(lane: "normal", partition: 3)
        #expect(try await mailbox.freshen(.home(AccountID(rawValue: 1))).version == 5)
        await #expect(throws: PeerError.self) { try await directory.mailboxHolder(lane: "normal", partition: 4) }
        #expect(try await directory.mailboxHolderAddress(lane: "normal", partition: 3) == server.address)
        await directory.close()
        await server.stop(graceMilliseconds: 100)
        held.close()
    }

    @Test func issuersAreFoundByNodeNumber() async throws {
        let server = try await serve(IssuerEndpoint(service: FakeIssuer()), at: scratch.socket("api"))
        let node = try NodeNumber.acquire(
            in: scratch.path + "/shared", address: server.address.description,
            nowUnixMilliseconds: UInt64(Date().timeIntervalSince1970 * 1000))
        let issuer = try await directory.issuer(node: node.number)
        #expect(try await issuer.recentStatus(StatusID(rawValue: 1)).draft == Data([9]))
        await directory.close()
        await server.stop(graceMilliseconds: 100)
        node.release()
    }
}
