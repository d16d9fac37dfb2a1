internal import Mailbox
internal import StatuscastModel
internal import Synchronization

/// A mailbox that this front has read: its generation, and who tells when it changes.
///
/// The generation moves with every announced change. A page may be kept only if the generation was taken before the
/// holders were asked to write the mailbox, and has not moved when the page is done; it is good while neither the
/// generation moves nor one of the feeds ends.
///
/// It can be forgotten for others while it is read. From then on nothing is announced to it, so it relies on no feed
/// any more and takes no new one: a page that is being read is compared with the files and never kept as current.
final class WatchedMailbox: Sendable {
    private struct State {
        var feeds: [Lane: HolderFeed] = [:]
        /// Feeds that were asked to tell of it, each once.
        var claimed: [HolderFeed] = []
        var isReleased = false
    }

    let address: Address
    /// The lanes that write it.
    let lanes: [Lane]
    private let counter = Atomic<UInt64>(0)
    private let state = Mutex(State())
    private let onChange: @Sendable () -> Void

    init(_ address: Address, onChange: @escaping @Sendable () -> Void = {}) {
        self.address = address
        self.onChange = onChange
        if case .home = address { lanes = Lane.all } else { lanes = [.normal] }
    }

    var location: MailboxLocation { MailboxLocation(hash: address.hash, owner: address.owner, kind: address.kind) }
    var generation: UInt64 { counter.load(ordering: .acquiring) }

    func announceChange() {
        counter.add(1, ordering: .acquiringAndReleasing)
        onChange()
    }

    /// Before the feed is asked to tell of the mailbox. False: the mailbox was released, and must not be watched.
    func claim(_ feed: HolderFeed) -> Bool {
        state.withLock { state in
            if state.isReleased { return false }
            state.claimed.removeAll { !$0.isAlive }
            guard !state.claimed.contains(where: { $0 === feed }) else { return true }
            state.claimed.append(feed)
            feed.claim(address)
            return true
        }
    }

    /// Says that this feed tells of every change that this lane makes from now on. Nothing after `release`.
    func connect(_ lane: Lane, to feed: HolderFeed) {
        state.withLock { if !$0.isReleased { $0.feeds[lane] = feed } }
    }

    /// Lanes whose changes nobody announces.
    var unwatchedLanes: [Lane] {
        state.withLock { state in lanes.filter { state.feeds[$0]?.isAlive != true } }
    }

    /// The feeds of all lanes; nil if one is missing or has ended. A generation that goes with them is read before.
    var completeFeeds: [HolderFeed]? {
        state.withLock { state in
            let alive = lanes.compactMap { state.feeds[$0] }.filter(\.isAlive)
            return alive.count == lanes.count ? alive : nil
        }
    }

    /// Ends every reliance: no page of the mailbox is current any more, and the feeds learn that it is not needed.
    func release() {
        let claimed = state.withLock { state in
            state.isReleased = true
            state.feeds = [:]
            defer { state.claimed = [] }
            return state.claimed
        }
        // After the feeds are gone: whoever has seen them has read a generation before this one.
        counter.add(1, ordering: .acquiringAndReleasing)
        for feed in claimed { feed.unclaim(address) }
    }
}
