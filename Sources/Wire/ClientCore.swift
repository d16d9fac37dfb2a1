internal import NIOCore
internal import Synchronization

/// The thread-safe front of a client: takes requests in call order and wakes the event loop once for many of them.
final class ClientCore: Sendable {
    struct Shared {
        var admission: Admission
        var nextID: UInt64 = 1
        var isDrainScheduled = false
        /// Agreed on, by protocol.
        var versions: [UInt16: UInt16] = [:]

        /// Whether the caller has to schedule a drain now.
        mutating func needsDrain() -> Bool {
            if isDrainScheduled { return false }
            isDrainScheduled = true
            return true
        }
    }

    let address: WireAddress
    let limits: WireLimits
    let protocols: [WireProtocol]
    let eventLoop: any EventLoop
    let shared: Mutex<Shared>
    let loop: NIOLoopBoundBox<ClientLoop>

    init(address: WireAddress, limits: WireLimits, protocols: [WireProtocol], eventLoop: any EventLoop) {
        self.address = address
        self.limits = limits
        self.protocols = protocols
        self.eventLoop = eventLoop
        shared = Mutex(Shared(admission: Admission(limits: limits)))
        loop = .makeBoxSendingValue(ClientLoop(), eventLoop: eventLoop)
    }

    var isConnected: Bool {
        shared.withLock { if case .ready = $0.admission.phase { true } else { false } }
    }

    var isClosed: Bool {
        shared.withLock { if case .closed = $0.admission.phase { true } else { false } }
    }

    /// Returns the request's id, by which it can be cancelled.
    @discardableResult
    func submit(
        _ method: WireMethod, control: ByteBuffer, payload: ByteBuffer, deadlineMilliseconds: UInt32,
        waitsWhenFull: Bool,
        completion: @escaping OutgoingRequest.Completion
    ) -> UInt64 {
        let deadline =
            deadlineMilliseconds == 0
            ? nil : NIODeadline.now() + .milliseconds(Int64(deadlineMilliseconds))
        let (id, outcome, needsDrain) = shared.withLock { shared in
            let id = shared.nextID
            shared.nextID += 1
            let request = OutgoingRequest(
                id: id, method: method, control: control, payload: payload, deadlineMilliseconds: deadlineMilliseconds,
                deadline: deadline, completion: completion)
            let outcome = shared.admission.submit(request, waitsWhenFull: waitsWhenFull)
            if case .refused = outcome { return (id, outcome, false) }
            return (id, outcome, shared.needsDrain())
        }
        switch outcome {
        case .refused(let error): eventLoop.execute { completion(.failure(error)) }
        case .takenFirst: eventLoop.execute { self.connect() }
        case .taken: break
        }
        if needsDrain { eventLoop.execute { self.drain() } }
        return id
    }

    /// Ends a request early, wherever it is; the server is not told.
    func cancel(_ id: UInt64) {
        let error = WireError(.cancelled, "the caller was cancelled")
        eventLoop.execute {
            if let unsent = self.shared.withLock({ $0.admission.withdraw(id: id) }) {
                unsent.completion(.failure(error))
            } else {
                self.finish(id, .failure(error))
                self.releaseFinished()
            }
        }
    }

    func close() async {
        let channel = try? await eventLoop.submit { self.closeOnLoop() }.get()
        try? await channel?.closeFuture.get()
    }

    /// Closes without waiting for it.
    func abandon() {
        if !isClosed { eventLoop.execute { _ = self.closeOnLoop() } }
    }
}
