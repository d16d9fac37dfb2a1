internal import Mailbox
internal import StatuscastModel
internal import Synchronization

/// A mailbox that this front has read: its generation, and who tells when it changes.
///
/// The generation moves with every announced change. A page may be kept only if the generation was taken before the
/// holders were asked to write the mailbox, and has not moved when the page is done; it is good while neither the
/// generation moves nor one of the feeds ends.
final class WatchedMailbox: Sendable {
    let address: Address
    /// The lanes that write it.
    let lanes: [Lane]
    private let counter = Atomic<UInt64>(0)
    private let feeds = Mutex<[Lane: HolderFeed]>([:])
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

    /// Says that this feed tells of every change that this lane makes from now on.
    func connect(_ lane: Lane, to feed: HolderFeed) { feeds.withLock { $0[lane] = feed } }

    /// Lanes whose changes nobody announces.
    var unwatchedLanes: [Lane] {
        feeds.withLock { feeds in lanes.filter { feeds[$0]?.isAlive != true } }
    }

    /// The feeds of all lanes; nil if one is missing or has ended.
    var completeFeeds: [HolderFeed]? {
        feeds.withLock { feeds in
            let alive = lanes.compactMap { feeds[$0] }.filter(\.isAlive)
            return alive.count == lanes.count ? alive : nil
        }
    }

    /// Tells the holders that nothing is kept of the mailbox any more.
    func release() {
        counter.add(1, ordering: .acquiringAndReleasing)
        let held = feeds.withLock { feeds in
            defer { feeds = [:] }
            return Array(feeds.values)
        }
        for feed in held { feed.forget(address) }
    }
}
