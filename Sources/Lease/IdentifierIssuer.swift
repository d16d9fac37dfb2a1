public import DurableFiles
internal import StatuscastModel
internal import Synchronization
public import SystemClock

/// Issues the identifiers of this process, and keeps times reserved for them on the shared directory.
///
/// A thread of its own renews the reservation every three seconds, ten seconds ahead, so that `next` hardly ever
/// waits for the disk. While the shared directory cannot be written it goes on as far as the reservation reaches;
/// then `next` throws `.unavailable` until it can be renewed.
public final class IdentifierIssuer: Sendable {
    public static let aheadMilliseconds: UInt64 = 10_000
    public static let renewalMilliseconds = 3_000
    /// A parent further ahead of this machine's clock than this is refused.
    public static let parentAheadMillisecondsMax: UInt64 = 60_000

    private let node: NodeNumber
    private let clock: @Sendable () -> UInt64
    private let state: Mutex<State>
    private let bell: ThreadBell

    private struct State {
        var source: IdentifierSource
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// The latest time that somebody waits for.
        var wantedUnixMilliseconds: UInt64 = 0
        var lastFailure: FileError?
        var renewals: UInt64 = 0
        var isClosed = false
    }

    /// Reserves the first ten seconds; blocks for it. `clock` answers unix milliseconds and may jump.
    public init(
        node: NodeNumber, clock: @escaping @Sendable () -> UInt64 = UnixClock.milliseconds
    ) throws(FileError) {
        self.node = node
        self.clock = clock
        bell = try ThreadBell()
        var source = IdentifierSource(
            node: node.number, startsAfterUnixMilliseconds: node.startsAfterUnixMilliseconds)
        let time = max(clock(), node.startsAfterUnixMilliseconds) + Self.aheadMilliseconds
        try node.reserve(throughUnixMilliseconds: time)
        source.reserve(throughUnixMilliseconds: time)
        state = Mutex(State(source: source))
        startThread(name: "identifiers") { [weak self, bell] in
            while bell.wait(milliseconds: Self.renewalMilliseconds), let self { self.renew() }
        }
    }

    deinit { bell.stop() }

    /// The number that all its identifiers carry.
    public var nodeNumber: UInt16 { node.number }

    /// An identifier that was never issued before, above all that this process issued, and above `parent`.
    ///
    /// Throws `.parentTooFarAhead` for a parent more than a minute in the future, `.unavailable` when the
    /// reservation is used up and could not be renewed, `.closed` after `close`.
    public func next(after parent: UInt64? = nil) async throws(IdentifierError) -> UInt64 {
        if let parent, parent >> 16 > clock() + Self.parentAheadMillisecondsMax {
            throw IdentifierError(.parentTooFarAhead, "the parent \(parent) lies more than a minute in the future")
        }
        while true {
            let seen: UInt64
            switch try attempt(parent) {
            case .issued(let id): return id
            case .wait(let renewals): seen = renewals
            }
            bell.ring()
            await withCheckedContinuation { continuation in
                let isLate = state.withLock { state in
                    if state.renewals != seen || state.isClosed { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if isLate { continuation.resume() }
            }
            try throwIfRenewalFailed()
        }
    }

    /// Ends the renewing; `next` throws from now on. The node number stays with its owner.
    public func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        bell.stop()
        for continuation in waiting { continuation.resume() }
    }

    private enum Attempt {
        case issued(UInt64)
        /// For the renewal after that many.
        case wait(renewals: UInt64)
    }

    private func attempt(_ parent: UInt64?) throws(IdentifierError) -> Attempt {
        let now = clock()
        let attempt: Attempt? = state.withLock { state in
            if state.isClosed { return nil }
            if let id = state.source.next(after: parent, nowUnixMilliseconds: now) { return .issued(id) }
            state.wantedUnixMilliseconds = max(state.wantedUnixMilliseconds, (parent ?? 0) >> 16)
            return .wait(renewals: state.renewals)
        }
        guard let attempt else { throw IdentifierError(.closed, "the issuer of identifiers was closed") }
        return attempt
    }

    private func throwIfRenewalFailed() throws(IdentifierError) {
        if let failure = state.withLock({ $0.lastFailure }) {
            throw IdentifierError(.unavailable, "no times could be reserved: \(failure)")
        }
    }

    /// Reserves ten seconds from now, or from the latest time issued or waited for, and wakes who waits.
    private func renew() {
        let now = clock()
        let through = state.withLock { state in
            max(now, state.source.lastUnixMilliseconds, state.wantedUnixMilliseconds) + Self.aheadMilliseconds
        }
        var failure: FileError?
        do throws(FileError) { try node.reserve(throughUnixMilliseconds: through) } catch { failure = error }
        let waiting = state.withLock { state in
            if failure == nil { state.source.reserve(throughUnixMilliseconds: through) }
            state.lastFailure = failure
            state.renewals += 1
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
