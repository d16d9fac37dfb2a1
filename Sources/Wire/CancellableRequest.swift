internal import Synchronization

/// Joins a request's id with a cancellation that may come before or after it.
final class CancellableRequest: Sendable {
    private enum State { case fresh, started(UInt64), cancelled }

    private let core: ClientCore
    private let state = Mutex(State.fresh)

    init(core: ClientCore) { self.core = core }

    func started(_ id: UInt64) {
        let wasCancelled = state.withLock { state in
            if case .cancelled = state { return true }
            state = .started(id)
            return false
        }
        if wasCancelled { core.cancel(id) }
    }

    func cancel() {
        let before = state.withLock { state in
            defer { state = .cancelled }
            return state
        }
        if case .started(let id) = before { core.cancel(id) }
    }
}
