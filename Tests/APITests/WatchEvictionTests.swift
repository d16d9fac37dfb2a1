import Foundation
import HashRing
import NIOPosix
import Peers
import StatuscastModel
import Synchronization
import Testing
import Wire

@testable import API

/// More mailboxes are read than may be watched at a time.
@Suite(.timeLimit(.minutes(1))) struct WatchEvictionTests {
    private func id(_ number: Int) -> UInt64 {
        StatusID(unixMilliseconds: 1_760_000_000_000 + UInt64(number), node: 1, sequence: 0).rawValue
    }

    /// The holder's service is never asked: these tests stop before.
    private func feed() -> HolderFeed {
        let address = WireAddress.unix(path: "/nonexistent/socket")
        let client = MailboxClient(WireClient(address: address, group: MultiThreadedEventLoopGroup.singleton))
        return HolderFeed(holder: address, client: client, deadlineMilliseconds: 10)
    }

    @Test func aMailboxThatIsReleasedWhileItIsReadTakesNoFeed() {
        let mailbox = WatchedMailbox(.public)
        let feed = feed()
        #expect(mailbox.claim(feed))
        let generation = mailbox.generation
        mailbox.release()
        mailbox.connect(.normal, to: feed)
        #expect(mailbox.completeFeeds == nil)
        #expect(mailbox.generation != generation)
        #expect(!mailbox.claim(feed))
    }

    @Test func everyPageIsAsItIsWhenMailboxesDriveEachOtherOut() async throws {
        try await FrontWorld.run { configuration in
            configuration.caches.watchedMailboxes = 2
        } _: { world in
            let alice = world.store.addPerson("alice", token: "t")
            let tags = (0..<6).map { "tag\($0)" }
            let seed = UInt64.random(in: 0...UInt64.max)
            print("seed \(seed)")
            var random = SplitMix(seed: seed)
            var newest: [String: UInt64] = [:]
            for round in 1...40 {
                let changed = tags[Int.random(in: 0..<tags.count, using: &random)]
                try world.deliver(id(round), by: alice, named: "alice", "#\(changed)", to: [.tag(changed)])
                newest[changed] = id(round)
                world.holder.announce(.tag(changed))
                // All at the same time: they are driven out while they are read.
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for tag in tags { group.addTask { _ = try await world.get("/api/v1/timelines/tag/\(tag)") } }
                    try await group.waitForAll()
                }
                let wanted = newest[changed].map { String($0) }
                try await eventually("\(changed) shows what was announced, seed \(seed)") {
                    try await world.get("/api/v1/timelines/tag/\(changed)").ids.first == wanted
                }
            }
        }
    }

    @Test func whatIsReadAgainAfterItWasDrivenOutStaysWatched() async throws {
        let holder = SlowHolder()
        let directory = NSTemporaryDirectory() + "feed-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await WireServer.start(
            address: .unix(path: directory + "/h.sock"), handler: MailboxEndpoint(service: holder), group: group)
        let wire = WireClient(address: server.address, group: group)
        let feed = HolderFeed(
            holder: server.address, client: MailboxClient(wire), deadlineMilliseconds: 5_000)
        let first = WatchedMailbox(.tag("x"))
        #expect(first.claim(feed))
        try await feed.watch(.tag("x"))
        let other = WatchedMailbox(.tag("y"))
        #expect(other.claim(feed))
        // Forgotten, and told so together with `y`, slowly; meanwhile somebody reads it again.
        first.release()
        async let watchingOther: Void = feed.watch(.tag("y"))
        try await eventually("the forgetting is under way") { holder.state.withLock { $0.forgetting } }
        let again = WatchedMailbox(.tag("x"))
        #expect(again.claim(feed))
        try await feed.watch(.tag("x"))
        try await watchingOther
        #expect(holder.state.withLock { $0.watched } == ["tag/x", "tag/y"])
        // Released late, when another one relies on the feed already: nothing is forgotten.
        let late = WatchedMailbox(.tag("x"))
        #expect(late.claim(feed))
        late.release()
        #expect(other.claim(feed))
        try await feed.watch(.tag("y"))
        #expect(holder.state.withLock { $0.watched } == ["tag/x", "tag/y"])
        await wire.close()
        await server.stop(graceMilliseconds: 0)
    }
}

/// Takes its time over a request that forgets something, as a holder under load does.
private final class SlowHolder: MailboxService {
    struct State {
        var watched: Set<String> = []
        var forgetting = false
    }

    let state = Mutex(State())

    func watch(_ request: PeerWatchMailboxes) async throws(PeerError) {
        if !request.remove.isEmpty {
            state.withLock { $0.forgetting = true }
            try? await Task.sleep(for: .milliseconds(50))
        }
        state.withLock { state in
            state.watched.subtract(request.remove)
            state.watched.formUnion(request.add)
        }
    }

    func freshen(_ request: PeerFreshenMailbox) async throws(PeerError) -> PeerMailboxVersion { PeerMailboxVersion() }
    func awaitChanges(_ request: PeerAwaitChanges) async throws(PeerError) -> PeerChanges { PeerChanges() }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
