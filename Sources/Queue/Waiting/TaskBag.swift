internal import Synchronization

/// The background tasks of one object: started by it, and ended by it with `finish`.
///
/// A task that has ended is forgotten at once. All calls may run concurrently.
final class TaskBag: Sendable {
    private struct State {
        var next: UInt64 = 0
        var running: [UInt64: Task<Void, Never>] = [:]
        var finished = false
    }

    private let state = Mutex(State())

    /// Starts a task, or nothing after `finish`.
    @discardableResult
    func start(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never>? {
        state.withLock { state in
            guard !state.finished else { return nil }
            let id = state.next
            state.next += 1
            // The task cannot take itself out before it is in: it needs the lock held here.
            let task = Task { [self] in
                await body()
                _ = self.state.withLock { $0.running.removeValue(forKey: id) }
            }
            state.running[id] = task
            return task
        }
    }

    /// Cancels everything; returns once it has ended.
    func finish() async {
        let running = state.withLock { state in
            state.finished = true
            return Array(state.running.values)
        }
        for task in running { task.cancel() }
        for task in running { await task.value }
    }
}
