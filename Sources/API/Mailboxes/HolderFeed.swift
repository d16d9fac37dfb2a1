internal import Peers
internal import StatuscastModel
internal import Synchronization
internal import SystemClock
internal import Wire

/// One long-polling conversation with one process that holds mailbox leases: it tells which mailboxes have changed.
///
/// It lives until a call fails or the holder has forgotten the watcher; a new one takes its place when a mailbox is
/// next read. Every page that relies on a feed is worth nothing once the feed has ended.
///
/// Requests to watch and to forget go out one at a time, each with everything that came up meanwhile: so none can
/// overtake another, and a mailbox that is forgotten and read again is watched in the end. Only what nobody claims is
/// forgotten.
final class HolderFeed: Sendable {
    private typealias Answer = CheckedContinuation<Result<Void, PeerError>, Never>

    private struct State {
        /// How many watched mailboxes of this front rely on the feed for an address.
        var claims: [Address: Int] = [:]
        var adding: [Address: [Answer]] = [:]
        var forgetting: Set<Address> = []
        var isSending = false
    }

    let holder: WireAddress
    private let client: MailboxClient
    private let watcher = UInt64.random(in: 1...UInt64.max)
    private let alive = Atomic<Bool>(true)
    private let followed = Atomic<Bool>(false)
    private let state = Mutex(State())
    private let deadlineMilliseconds: Int

    /// So many forgotten mailboxes are told of without waiting for the next that is watched.
    static let forgettingMax = 64
    /// A holder that answers late is taken for dead after this and the deadline of a call.
    static let waitMilliseconds = 2_000

    /// Nothing to tell after less than this is no long poll that ran out.
    private static let emptyAnswerMilliseconds: UInt64 = 100

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

    /// One more, or one less, relies on the feed for this address. Claim before `watch`.
    func claim(_ address: Address) { state.withLock { $0.claims[address, default: 0] += 1 } }

    func unclaim(_ address: Address) {
        let sends = state.withLock { state in
            let left = (state.claims[address] ?? 1) - 1
            state.claims[address] = left > 0 ? left : nil
            if left <= 0 { state.forgetting.insert(address) }
            return state.forgetting.count >= HolderFeed.forgettingMax && HolderFeed.startsSending(&state)
        }
        if sends { Task { await send() } }
    }

    /// Returns once the holder has said that it tells of changes of the mailbox. Takes two deadlines at most: the
    /// request that is under way, and the one that carries this.
    func watch(_ address: Address) async throws(PeerError) {
        let result = await withCheckedContinuation { (answer: Answer) in
            let sends = state.withLock { state in
                state.adding[address, default: []].append(answer)
                return HolderFeed.startsSending(&state)
            }
            if sends { Task { await send() } }
        }
        try result.get()
    }

    private static func startsSending(_ state: inout State) -> Bool {
        defer { state.isSending = true }
        return !state.isSending
    }

    /// Until nobody waits to have something watched.
    private func send() async {
        while let (adding, request) = nextRequest() {
            let result = await send(request)
            // A request that was given up may still be carried out, after a later one: then what it forgets would be
            // taken for watched.
            if case .failure = result, !request.remove.isEmpty { end() }
            for answer in adding.values.joined() { answer.resume(returning: result) }
        }
    }

    private func nextRequest() -> ([Address: [Answer]], PeerWatchMailboxes)? {
        state.withLock { state in
            guard !state.adding.isEmpty || state.forgetting.count >= HolderFeed.forgettingMax else {
                state.isSending = false
                return nil
            }
            var request = PeerWatchMailboxes()
            request.watcher = watcher
            request.add = state.adding.keys.map(\.description)
            // One that is asked for although nobody claims it any more is forgotten with a later request.
            let gone = state.forgetting.filter { state.claims[$0] == nil && state.adding[$0] == nil }
            request.remove = gone.map(\.description)
            state.forgetting = state.forgetting.filter { state.claims[$0] == nil && state.adding[$0] != nil }
            defer { state.adding = [:] }
            return (state.adding, request)
        }
    }

    private func send(_ request: PeerWatchMailboxes) async -> Result<Void, PeerError> {
        guard isAlive else { return .failure(PeerError(.unavailable, "the feed has ended")) }
        let client = client
        do throws(PeerError) {
            try await within(milliseconds: deadlineMilliseconds) { () throws(PeerError) in
                try await client.watch(request)
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// Has everything written that the holder keeps for the mailbox.
    func freshen(_ address: Address) async throws(PeerError) -> PeerMailboxVersion {
        let client = client
        return try await within(milliseconds: deadlineMilliseconds) { () throws(PeerError) in
            try await client.freshen(address)
        }
    }

    /// Reports changes until the feed ends.
    func follow(_ changed: @Sendable ([Address]) -> Void) async {
        var request = PeerAwaitChanges()
        request.watcher = watcher
        request.waitMilliseconds = UInt32(HolderFeed.waitMilliseconds)
        while isAlive, !Task.isCancelled {
            let client = client
            let final = request
            let asked = MonotonicClock.milliseconds()
            let patience = HolderFeed.waitMilliseconds + 3 * deadlineMilliseconds
            let answer = try? await within(milliseconds: patience) { () throws(PeerError) in
                try await client.awaitChanges(final)
            }
            guard let answer, !answer.lost else { break }
            request.after = answer.sequence
            changed(answer.addresses.compactMap { Address($0) })
            // A back-off: a holder that is stopping answers at once and with nothing until its connection closes.
            if answer.addresses.isEmpty, MonotonicClock.milliseconds() < asked + HolderFeed.emptyAnswerMilliseconds {
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
        end()
    }
}
