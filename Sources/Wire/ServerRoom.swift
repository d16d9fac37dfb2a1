internal import DequeModule
internal import Synchronization

/// What the requests of all connections of a server may take in memory together.
///
/// A connection claims the length of a frame when it is known, before the bytes have come, and is not read from until it
/// has got it; claims are met in their order. One larger than everything is met while nothing else is outstanding. All
/// calls may run concurrently.
final class ServerRoom: Sendable {
    private struct State {
        var used = 0
        var waiting: Deque<(outbox: ServerOutbox, bytes: Int)> = []
    }

    private let bytesMax: Int
    private let state = Mutex(State())

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Whether there is room; if not, the outbox brings it to its connection once there is.
    func claim(_ bytes: Int, _ outbox: ServerOutbox) -> Bool {
        state.withLock { state in
            guard state.waiting.isEmpty, fits(bytes, state) else {
                state.waiting.append((outbox, bytes))
                return false
            }
            state.used += bytes
            return true
        }
    }

    func release(_ bytes: Int) { give { $0.used -= bytes } }

    /// A connection that is gone waits for nothing.
    func withdraw(_ outbox: ServerOutbox) { give { $0.waiting.removeAll { $0.outbox === outbox } } }

    private func give(after change: (inout State) -> Void) {
        let met = state.withLock { state in
            change(&state)
            var met: [(outbox: ServerOutbox, bytes: Int)] = []
            while let next = state.waiting.first, fits(next.bytes, state) {
                state.used += next.bytes
                met.append(state.waiting.removeFirst())
            }
            return met
        }
        for claim in met { claim.outbox.bring(room: claim.bytes, of: self) }
    }

    private func fits(_ bytes: Int, _ state: State) -> Bool {
        state.used == 0 || bytes <= bytesMax - state.used
    }
}
