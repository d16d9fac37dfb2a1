internal import DequeModule
internal import NIOCore

/// Decides which requests may be under way: those in slots, in the order of their submission, within the limits of
/// both sides. A value; its owner locks.
struct Admission {
    enum Phase {
        /// Nothing was asked yet.
        case idle
        /// The first connect is under way; requests wait for it.
        case connecting
        case ready
        /// There is no connection; requests fail with this until there is one.
        case down(WireError)
        case closed
    }

    enum Outcome {
        /// The request got a slot or waits for one.
        case taken
        /// It was taken, and the first connection has to be made.
        case takenFirst
        case refused(WireError)
    }

    var phase = Phase.idle
    /// Have a slot and are to be written.
    private(set) var submitted: [OutgoingRequest] = []
    /// Since the last look: the earliest deadline of a request that has begun to wait.
    var earliestWaiting: NIODeadline?
    private(set) var frameBytesMax: Int

    private var waiting: Deque<OutgoingRequest> = []
    private var slotsTaken = 0
    private var bytesTaken = 0
    private var slots: Int
    private let limits: WireLimits

    init(limits: WireLimits) {
        self.limits = limits
        frameBytesMax = limits.frameBytes
        slots = limits.outstandingRequests
    }

    mutating func submit(_ request: OutgoingRequest, waitsWhenFull: Bool) -> Outcome {
        guard request.bytes <= frameBytesMax else {
            return .refused(
                WireError(.tooLarge, "a request of \(request.bytes) bytes, at most \(frameBytesMax) are taken"))
        }
        switch phase {
        case .down(let error): return .refused(error)
        case .closed: return .refused(WireError(.closed, "the client is closed"))
        case .ready where waiting.isEmpty && hasRoom(for: request):
            take(request)
            return .taken
        case .ready, .idle, .connecting:
            guard waitsWhenFull || (!isReady && waiting.count < slots) else {
                return .refused(WireError(.busy, "\(slotsTaken) requests are outstanding"))
            }
            wait(request)
            if case .idle = phase {
                phase = .connecting
                return .takenFirst
            }
            return .taken
        }
    }

    /// A connection stands; the peer's limits count from now on.
    mutating func becomeReady(peer: Hello) {
        phase = .ready
        slots = max(1, min(limits.outstandingRequests, Int(peer.outstandingRequests)))
        frameBytesMax = min(limits.frameBytes, Int(peer.frameBytes))
        admitWaiting()
    }

    /// Gives back slots of answered requests and fills them again.
    mutating func release(count: Int, bytes: Int) {
        slotsTaken -= count
        bytesTaken -= bytes
        if isReady { admitWaiting() }
    }

    mutating func takeSubmitted() -> [OutgoingRequest] {
        defer { submitted = [] }
        return submitted
    }

    /// Ends the waiting of all; they never had a slot.
    mutating func takeWaiting() -> [OutgoingRequest] {
        defer { waiting = [] }
        return Array(waiting)
    }

    /// Takes out a request that is not on its way to the peer yet; a slot that it had is given back.
    mutating func withdraw(id: UInt64) -> OutgoingRequest? {
        if let index = waiting.firstIndex(where: { $0.id == id }) { return waiting.remove(at: index) }
        guard let index = submitted.firstIndex(where: { $0.id == id }) else { return nil }
        let request = submitted.remove(at: index)
        release(count: 1, bytes: request.bytes)
        return request
    }

    /// Takes out what has waited too long, and says when the next one will have.
    mutating func takeExpired(_ now: NIODeadline) -> (expired: [OutgoingRequest], next: NIODeadline?) {
        earliestWaiting = nil
        guard !waiting.isEmpty else { return ([], nil) }
        let expired = waiting.filter { $0.deadline.map { $0 <= now } ?? false }
        if !expired.isEmpty { waiting.removeAll { $0.deadline.map { $0 <= now } ?? false } }
        return (Array(expired), waiting.lazy.compactMap(\.deadline).min())
    }

    private var isReady: Bool {
        if case .ready = phase { true } else { false }
    }

    private func hasRoom(for request: OutgoingRequest) -> Bool {
        slotsTaken == 0 || (slotsTaken < slots && bytesTaken + request.bytes <= limits.outstandingBytes)
    }

    private mutating func take(_ request: OutgoingRequest) {
        slotsTaken += 1
        bytesTaken += request.bytes
        submitted.append(request)
    }

    private mutating func wait(_ request: OutgoingRequest) {
        waiting.append(request)
        if let deadline = request.deadline { earliestWaiting = min(earliestWaiting ?? deadline, deadline) }
    }

    private mutating func admitWaiting() {
        while let next = waiting.first, hasRoom(for: next) {
            waiting.removeFirst()
            take(next)
        }
    }
}
