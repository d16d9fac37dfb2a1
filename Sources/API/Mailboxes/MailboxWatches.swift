internal import HashRing
internal import Logging
internal import Peers
internal import ServiceLifecycle
internal import StatuscastModel
internal import Synchronization
internal import Wire

/// Keeps what this front reads under watch, so that pages can be served from memory until a change is announced.
///
/// A holder that does not answer in time is left out for a moment; meanwhile its mailboxes are read as they lie on
/// disk. May be used from anywhere, concurrently; `run` reads the feeds.
final class MailboxWatches: Service, Sendable {
    /// What is known of a mailbox before it is read.
    struct Preparation: Sendable {
        let mailbox: WatchedMailbox
        /// Taken before the holders wrote what they had.
        let generation: UInt64
        /// The feeds of every lane; nil: changes may go unnoticed.
        let feeds: [HolderFeed]?
        /// Why the mailbox may be behind; nil: it is as fresh as can be.
        let staleness: String?
    }

    private struct Place: Hashable {
        var lane: Lane
        var partition: PartitionIndex
    }

    private struct State {
        var mailboxes: BoundedCache<Address, WatchedMailbox>
        /// Never forgotten: the front itself follows them.
        var pinned: [Address: WatchedMailbox] = [:]
        var feeds: [WireAddress: HolderFeed] = [:]
        var pauses: [Place: Pause] = [:]
    }

    private let directory: PeerDirectory
    private let configuration: APIConfiguration
    private let logger: Logger
    private let state: Mutex<State>
    private let started: AsyncStream<HolderFeed>
    private let start: AsyncStream<HolderFeed>.Continuation

    init(directory: PeerDirectory, configuration: APIConfiguration, logger: Logger) {
        self.directory = directory
        self.configuration = configuration
        self.logger = logger
        // One at least: what the table does not hold gets no announcements, and is never released.
        state = Mutex(State(mailboxes: BoundedCache(limit: max(1, configuration.caches.watchedMailboxes))))
        (started, start) = AsyncStream.makeStream()
    }

    /// Reads every feed until shutdown.
    func run() async throws {
        _ = await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await feed in self.started {
                    group.addTask { await self.follow(feed) }
                }
            }
        }
    }

    /// A mailbox that is watched as long as the front runs; `onChange` is called for every announced change and when
    /// its feed has ended.
    ///
    /// One at a time for an address. What was known of the mailbox before counts no more.
    func pin(_ address: Address, onChange: @escaping @Sendable () -> Void) {
        let old = state.withLock { state in
            state.pinned[address] = WatchedMailbox(address, onChange: onChange)
            return state.mailboxes.remove(address)
        }
        old?.release()
    }

    /// Whether every change of a pinned mailbox is announced just now.
    func isTold(_ address: Address) -> Bool {
        state.withLock { $0.pinned[address] }?.completeFeeds != nil
    }

    /// From here on it is watched only as long as it is read.
    func unpin(_ address: Address) {
        let old = state.withLock { $0.pinned.removeValue(forKey: address) }
        old?.release()
    }

    /// Sees to it that changes of the mailbox are announced, and has the holders that were not followed until now write
    /// what they have. Takes four short deadlines at most; without a call where all lanes are followed already.
    func prepare(_ address: Address) async -> Preparation {
        let mailbox = mailbox(address)
        let before = mailbox.generation
        if let feeds = mailbox.completeFeeds {
            return Preparation(mailbox: mailbox, generation: before, feeds: feeds, staleness: nil)
        }
        let watched = await eachLane(mailbox.unwatchedLanes) { await self.watch(mailbox, $0) }
        let generation = mailbox.generation
        let reasons = await eachLane(Array(watched.keys)) { lane -> String? in
            guard let outcome = watched[lane] else { return nil }
            switch outcome {
            case .failed: return "\(lane): no holder answers"
            case .told(let feed), .untold(let feed): return await self.freshen(mailbox, lane, feed)
            }
        }
        let staleness = lanesInOrder(reasons).joined(separator: ", ")
        return Preparation(
            mailbox: mailbox, generation: generation, feeds: mailbox.completeFeeds,
            staleness: staleness.isEmpty ? nil : staleness)
    }

    private func lanesInOrder(_ reasons: [Lane: String?]) -> [String] {
        Lane.all.compactMap { reasons[$0] ?? nil }
    }

    private func mailbox(_ address: Address) -> WatchedMailbox {
        let (mailbox, evicted) = state.withLock { state -> (WatchedMailbox, [WatchedMailbox]) in
            if let pinned = state.pinned[address] { return (pinned, []) }
            if let known = state.mailboxes.value(address) { return (known, []) }
            let mailbox = WatchedMailbox(address)
            return (mailbox, state.mailboxes.insert(mailbox, for: address).map(\.value))
        }
        for old in evicted { old.release() }
        return mailbox
    }

    /// Does `body` for every lane at the same time.
    private func eachLane<T: Sendable>(
        _ lanes: [Lane], _ body: @escaping @Sendable (Lane) async -> T
    ) async -> [Lane: T] {
        if lanes.count == 1 { return [lanes[0]: await body(lanes[0])] }
        return await withTaskGroup(of: (Lane, T).self) { group in
            for lane in lanes { group.addTask { (lane, await body(lane)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private enum Watching {
        case told(by: HolderFeed)
        /// It was released meanwhile: freshened, but nobody tells of its changes.
        case untold(HolderFeed)
        case failed
    }

    private func watch(_ mailbox: WatchedMailbox, _ lane: Lane) async -> Watching {
        let pause = pause(of: mailbox.address, lane)
        guard !pause.isOn else { return .failed }
        do throws(PeerError) {
            let feed = try await feed(of: mailbox.address, lane)
            guard mailbox.claim(feed) else { return .untold(feed) }
            try await feed.watch(mailbox.address)
            if feed.isFirstToFollow() { start.yield(feed) }
            return .told(by: feed)
        } catch {
            pause.begin()
            return .failed
        }
    }

    /// Why the mailbox may be behind, if it may.
    private func freshen(_ mailbox: WatchedMailbox, _ lane: Lane, _ feed: HolderFeed) async -> String? {
        do throws(PeerError) {
            let version = try await feed.freshen(mailbox.address)
            // While it catches up nothing says when it has: the mailbox is looked at again with the next request.
            guard !version.catchingUp else { return "\(lane): catching up" }
            mailbox.connect(lane, to: feed)
            return nil
        } catch {
            pause(of: mailbox.address, lane).begin()
            return "\(lane): no holder answers"
        }
    }

    private func pause(of address: Address, _ lane: Lane) -> Pause {
        let place = Place(lane: lane, partition: configuration.partitions.partition(of: address))
        return state.withLock { state in
            if let pause = state.pauses[place] { return pause }
            let pause = Pause(milliseconds: configuration.peerPauseMilliseconds)
            state.pauses[place] = pause
            return pause
        }
    }

    private func feed(of address: Address, _ lane: Lane) async throws(PeerError) -> HolderFeed {
        let partition = Int(configuration.partitions.partition(of: address).rawValue)
        let directory = directory
        let deadline = configuration.peerDeadlineMilliseconds
        let (holder, client) = try await within(milliseconds: deadline) { () throws(PeerError) in
            (
                try await directory.mailboxHolderAddress(lane: lane.rawValue, partition: partition),
                try await directory.mailboxHolder(lane: lane.rawValue, partition: partition)
            )
        }
        return state.withLock { state in
            if let feed = state.feeds[holder], feed.isAlive { return feed }
            let feed = HolderFeed(holder: holder, client: client, deadlineMilliseconds: deadline)
            state.feeds[holder] = feed
            return feed
        }
    }

    private func follow(_ feed: HolderFeed) async {
        await feed.follow { self.announce($0) }
        logger.debug("the feed of \(feed.holder) has ended")
        let pinned = state.withLock { state in
            if state.feeds[feed.holder] === feed { state.feeds[feed.holder] = nil }
            return Array(state.pinned.values)
        }
        for mailbox in pinned { mailbox.announceChange() }
    }

    private func announce(_ addresses: [Address]) {
        let mailboxes = state.withLock { state in
            addresses.compactMap { state.pinned[$0] ?? state.mailboxes.value($0) }
        }
        for mailbox in mailboxes { mailbox.announceChange() }
    }
}
