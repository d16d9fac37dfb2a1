internal import Peers
internal import Synchronization
internal import Wire

/// Stands where requests arrive before the role can answer them: its address must be known before it has its lease.
final class Door: WireHandler {
    private let handler = Mutex<(any WireHandler)?>(nil)

    var protocols: [WireProtocol] { [PeerProtocol.spoken] }

    func open(_ handler: any WireHandler) { self.handler.withLock { $0 = handler } }

    func handle(_ request: WireRequest, reply: WireReply) {
        guard let handler = handler.withLock({ $0 }) else {
            return reply.fail(WireError(.temporary, "the store is starting"))
        }
        handler.handle(request, reply: reply)
    }
}
