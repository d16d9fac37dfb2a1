internal import Peers
internal import StatuscastModel
internal import Synchronization
internal import Wire

/// One long-polling conversation with one process that holds mailbox leases: it tells which mailboxes have changed.
///
/// It lives until a call fails or the holder has forgotten the watcher; a new one takes its place when a mailbox is
/// next read. Every page that relies on a feed is worth nothing once the feed has ended.
final class HolderFeed: Sendable {
    let holder: WireAddress
    private let client: MailboxClient
    private let watcher = UInt64.random(in: 1...UInt64.max)
    private let alive = Atomic<Bool>(true)
    private let followed = Atomic<Bool>(false)
    private let forgotten = Mutex<Set<String>>([])
    private let deadlineMilliseconds: Int

    /// A holder that answers late is taken for dead after this and the deadline of a call.
    static let waitMilliseconds = 2_000

    init(holder: WireAddress, client: MailboxClient, deadlineMilliseconds: Int) {
        self.holder = holder
        self.client = client
        self.deadlineMilliseconds = deadlineMilliseconds
    }

    var isAlive: Bool { alive.load(ordering: .acquiring) }
    /// True for the first caller: there is something to follow once the holder knows the watcher.
    func isFirstToFollow() -> Bool {
        followed.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
    }
    func end() { alive.store(false, ordering: .releasing) }

    /// Asks to be told of changes of the mailbox. Takes along what nobody wants to know any more.
    func watch(_ address: Address) async throws(PeerError) {
        let written = address.description
        var request = PeerWatchMailboxes()
        request.watcher = watcher
        request.add = [written]
        request.remove = forgotten.withLock { forgotten in
            forgotten.remove(written)
            defer { forgotten = [] }
            return Array(forgotten)
        }
        let client = client
        let final = request
        try await within(milliseconds: deadlineMilliseconds) { () throws(PeerError) in try await client.watch(final) }
    }

    /// Has everything written that the holder keeps for the mailbox.
    func freshen(_ address: Address) async throws(PeerError) -> PeerMailboxVersion {
        let client = client
        return try await within(milliseconds: deadlineMilliseconds) { () throws(PeerError) in
            try await client.freshen(address)
        }
    }

    func forget(_ address: Address) { forgotten.withLock { _ = $0.insert(address.description) } }

    /// Reports changes until the feed ends.
    func follow(_ changed: @Sendable ([Address]) -> Void) async {
        var request = PeerAwaitChanges()
        request.watcher = watcher
        request.waitMilliseconds = UInt32(HolderFeed.waitMilliseconds)
        while isAlive, !Task.isCancelled {
            let client = client
            let final = request
            let patience = HolderFeed.waitMilliseconds + 3 * deadlineMilliseconds
            let answer = try? await within(milliseconds: patience) { () throws(PeerError) in
                try await client.awaitChanges(final)
            }
            guard let answer, !answer.lost else { break }
            request.after = answer.sequence
            changed(answer.addresses.compactMap { Address($0) })
            // A holder that is stopping answers at once and empty; it is not asked in a tight loop.
            if answer.addresses.isEmpty { try? await Task.sleep(for: .milliseconds(10)) }
        }
        end()
    }
}
