/// What a server does with requests.
public protocol WireHandler: Sendable {
    /// Called on the connection's event loop, for one connection in the order in which requests arrived. Must not
    /// block. Answers through `reply`, at once or later, from any thread.
    func handle(_ request: WireRequest, reply: WireReply)

    /// What is spoken here; a protocol that is not named counts as spoken in version 1.
    var protocols: [WireProtocol] { get }
}

extension WireHandler {
    public var protocols: [WireProtocol] { [] }
}

/// Gives each request to the handler that has registered its method; others are answered with `.unknownMethod`.
public struct WireRouter: WireHandler {
    private var handlers: [WireMethod: any WireHandler] = [:]

    public init() {}

    /// A method that is registered again goes to the later handler.
    public mutating func register(_ methods: [WireMethod], _ handler: any WireHandler) {
        for method in methods { handlers[method] = handler }
    }

    public var protocols: [WireProtocol] { Array(Set(handlers.values.flatMap(\.protocols))) }

    public func handle(_ request: WireRequest, reply: WireReply) {
        guard let handler = handlers[request.method] else {
            reply.fail(WireError(.unknownMethod, "\(request.method) is not served here"))
            return
        }
        handler.handle(request, reply: reply)
    }
}
