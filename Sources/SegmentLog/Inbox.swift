internal import DurableFiles
internal import Synchronization

typealias Completion = @Sendable (Result<Void, SegmentLogError>) -> Void

/// Something that waits to be written.
enum Entry: Sendable {
    case frames([LogFrame], Completion)
    /// A note, or with no value a key to forget.
    case note(key: [UInt8], value: [UInt8]?, Completion?)

    func complete(_ result: Result<Void, SegmentLogError>) {
        switch self {
        case .frames(_, let completion): completion(result)
        case .note(_, _, let completion): completion?(result)
        }
    }
}

/// What waits for the writer thread, in the order of the calls.
final class Inbox: Sendable {
    private struct State {
        var waiting: [Entry] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wakeups = Wakeups()

    /// How often the writer was called; read it before looking whether there is work, then `wait` loses no call.
    var calls: UInt64 { wakeups.count }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Returns false, and takes nothing, once it is closed.
    func put(_ entry: Entry) -> Bool {
        let (isTaken, isFirst) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.waiting.append(entry)
            return (true, state.waiting.count == 1)
        }
        if isFirst { wakeups.signal() }
        return isTaken
    }

    /// Everything that waits.
    func take() -> [Entry] {
        state.withLock { state in
            guard !state.waiting.isEmpty else { return [] }
            var taken: [Entry] = []
            taken.reserveCapacity(state.waiting.count)
            swap(&taken, &state.waiting)
            return taken
        }
    }

    /// Lets no more in. Returns false if it was closed before.
    func close() -> Bool {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        wakeups.signalAll()
        return isFirst
    }

    func callWriter() { wakeups.signal() }
    func wait(after calls: UInt64) { wakeups.wait(after: calls) }
}
