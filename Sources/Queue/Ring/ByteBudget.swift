internal import DequeModule
internal import Synchronization

/// How many bytes may be outstanding: those who want more wait in the order in which they came.
///
/// A claim larger than the whole budget is let in when nothing else is outstanding. All calls may run concurrently.
final class ByteBudget: Sendable {
    private struct Waiter {
        var id: UInt64
        var bytes: Int
        var continuation: CheckedContinuation<QueueError?, Never>
    }

    private struct State {
        var used = 0
        var waiters: Deque<Waiter> = []
        var lastWaiter: UInt64 = 0
        var closed = false
    }

    private let bytesMax: Int
    private let emptied = Bell()
    private let state = Mutex(State())

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// How many wait for room.
    var waiting: Int { state.withLock { $0.waiters.count } }

    /// Waits for room. Throws `.closed` after `close`, and `.temporary` when the task is cancelled.
    func claim(_ bytes: Int) async throws(QueueError) {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        let refusal: QueueError? = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: QueueError?? = state.withLock { state in
                    if state.closed { return .some(Self.closed) }
                    if Task.isCancelled { return .some(Self.cancelled) }
                    if state.waiters.isEmpty, fits(bytes, state) {
                        state.used += bytes
                        return .some(nil)
                    }
                    state.waiters.append(Waiter(id: id, bytes: bytes, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            withdraw(id)
        }
        if let refusal { throw refusal }
    }

    func release(_ bytes: Int) {
        let (admitted, empty) = state.withLock { state in
            state.used -= bytes
            return (admit(&state), state.used == 0)
        }
        for waiter in admitted { waiter.continuation.resume(returning: nil) }
        if empty { emptied.ring() }
    }

    /// Lets nobody in any more.
    func close() {
        let waiters = state.withLock { state in
            state.closed = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: Self.closed) }
    }

    /// Returns when nothing is outstanding, or the time has passed.
    func waitUntilEmpty(milliseconds: Int) async {
        let clock = ContinuousClock()
        let deadline = clock.now + .milliseconds(milliseconds)
        while clock.now < deadline, !Task.isCancelled {
            let seen = emptied.count
            if state.withLock({ $0.used == 0 }) { return }
            await emptied.wait(after: seen, milliseconds: clock.now.duration(to: deadline).wholeMilliseconds)
        }
    }

    private static let closed = QueueError(.closed, "the queue is closed")
    private static let cancelled = QueueError(.temporary, "the caller stopped waiting; nothing was stored")

    private func fits(_ bytes: Int, _ state: State) -> Bool { state.used == 0 || state.used + bytes <= bytesMax }

    private func admit(_ state: inout State) -> [Waiter] {
        var admitted: [Waiter] = []
        while let first = state.waiters.first, fits(first.bytes, state) {
            state.used += first.bytes
            admitted.append(first)
            state.waiters.removeFirst()
        }
        return admitted
    }

    private func withdraw(_ id: UInt64) {
        let (withdrawn, admitted) = state.withLock { state -> (Waiter?, [Waiter]) in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return (nil, []) }
            let waiter = state.waiters.remove(at: index)
            return (waiter, admit(&state))
        }
        withdrawn?.continuation.resume(returning: Self.cancelled)
        for waiter in admitted { waiter.continuation.resume(returning: nil) }
    }
}
