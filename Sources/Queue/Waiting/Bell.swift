internal import Synchronization

/// What tasks wait on for a change of guarded state: `ring` counts up and wakes everybody who waits.
///
/// Read `count` before looking at the guarded state; then no ring between looking and waiting is lost. No thread is
/// occupied while a task waits. All calls may run concurrently; `ring` never blocks.
final class Bell: Sendable {
    private struct Waiter {
        var continuation: CheckedContinuation<Void, Never>
        var timer: Task<Void, Never>?
    }

    private struct State {
        var count: UInt64 = 0
        var nextWaiter: UInt64 = 0
        var waiters: [UInt64: Waiter] = [:]
    }

    private let state = Mutex(State())

    var count: UInt64 { state.withLock { $0.count } }

    func ring() {
        let woken = state.withLock { state in
            state.count &+= 1
            let woken = state.waiters
            if !woken.isEmpty { state.waiters = [:] }
            return woken
        }
        for waiter in woken.values {
            waiter.timer?.cancel()
            waiter.continuation.resume()
        }
    }

    /// Returns once the count differs from `seen`, the time has passed (nil: no limit) or the task is cancelled.
    func wait(after seen: UInt64, milliseconds: Int? = nil) async {
        if let milliseconds, milliseconds <= 0 { return }
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    // A cancellation after this look finds the waiter in the table.
                    guard state.count == seen, !Task.isCancelled else { return false }
                    state.waiters[id] = Waiter(continuation: continuation, timer: milliseconds.map { timer(id, $0) })
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            release(id)
        }
    }

    private func timer(_ id: UInt64, _ milliseconds: Int) -> Task<Void, Never> {
        Task { [weak self] in
            // Cancelled when the waiter is woken first.
            guard (try? await Task.sleep(for: .milliseconds(milliseconds))) != nil else { return }
            self?.release(id)
        }
    }

    private func release(_ id: UInt64) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
        waiter?.timer?.cancel()
        waiter?.continuation.resume()
    }
}
