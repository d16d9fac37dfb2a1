internal import StatuscastModel
internal import Synchronization

/// One mailbox that streams are told of: who hears of it, how far it was read, and what it has shown.
///
/// Reading follows the files in order of arrival, so what comes late, with an id below others that were shown, comes
/// out like everything else; what lies in several files comes out once, as long as its id is remembered.
final class StreamSource: Sendable {
    struct Subscriber: Hashable, Sendable {
        let connection: UInt64
        let topic: StreamTopic
    }

    enum Work {
        case resting, queued, working, workingAgain
    }

    private struct State {
        var subscribers: [Subscriber: StreamConnection] = [:]
        /// Nil until it was opened.
        var offsets: [String: Int]?
        var opening: Task<Void, Never>?
        var recent = RecentIDs(limit: StreamSource.recentMax)
        /// Shown, and changed since.
        var edited: Set<UInt64> = []
        var work = Work.resting
    }

    /// Statuses whose deletion or edit is told of: newer ones than these a client hardly shows.
    static let recentMax = 400
    /// So many of those that were there before count as shown.
    static let recentAtStart = 200

    let address: Address
    private let state = Mutex(State())

    init(_ address: Address) { self.address = address }

    /// Whether its records are notifications, and not statuses.
    var tellsNotifications: Bool { if case .notifications = address { true } else { false } }

    func add(_ subscriber: Subscriber, _ connection: StreamConnection) {
        state.withLock { $0.subscribers[subscriber] = connection }
    }

    /// True: nobody is left.
    func remove(_ subscriber: Subscriber) -> Bool {
        state.withLock { state in
            state.subscribers[subscriber] = nil
            return state.subscribers.isEmpty
        }
    }

    var subscribers: [(topic: StreamTopic, connection: StreamConnection)] {
        state.withLock { state in state.subscribers.map { ($0.key.topic, $0.value) } }
    }

    /// The one opening that everybody waits for.
    func opening(_ open: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        state.withLock { state in
            if let opening = state.opening { return opening }
            let opening = Task { await open() }
            state.opening = opening
            return opening
        }
    }

    /// From here on everything that is new is shown; `ids` were there before, oldest first.
    func open(at offsets: [String: Int], ids: [UInt64]) {
        state.withLock { state in
            state.offsets = offsets
            for id in ids { _ = state.recent.insert(id) }
        }
    }

    var offsets: [String: Int]? { state.withLock { $0.offsets } }

    /// The reading has come so far. Returns those of the ids that were not shown before, each once.
    func advance(to offsets: [String: Int], ids: [UInt64]) -> Set<UInt64> {
        state.withLock { state in
            state.offsets = offsets
            return Set(ids.filter { state.recent.insert($0) })
        }
    }

    func hasShown(_ ids: [UInt64]) -> [UInt64] {
        state.withLock { state in ids.filter { state.recent.contains($0) } }
    }

    /// Those of the statuses that were shown here have new versions to be sent. False: none was.
    func noteEdits(of ids: [UInt64]) -> Bool {
        state.withLock { state in
            let shown = ids.filter { state.recent.contains($0) }
            state.edited.formUnion(shown)
            return !shown.isEmpty
        }
    }

    func takeEdits() -> [UInt64] {
        state.withLock { state in
            defer { state.edited = [] }
            return state.edited.sorted()
        }
    }

    // Whose turn it is: one reading at a time, and another after it for what was announced meanwhile.

    /// True: it has to be queued.
    func wantsWork() -> Bool {
        state.withLock { state in
            switch state.work {
            case .resting:
                state.work = .queued
                return true
            case .working:
                state.work = .workingAgain
                return false
            case .queued, .workingAgain: return false
            }
        }
    }

    func beginWork() { state.withLock { $0.work = .working } }

    /// True: it has to be queued again.
    func endWork() -> Bool {
        state.withLock { state in
            let isWanted = state.work == .workingAgain
            state.work = isWanted ? .queued : .resting
            return isWanted
        }
    }
}
