internal import NIOCore
internal import Synchronization

/// What all connections of a server share.
final class ServerCore: Sendable {
    private struct State {
        var connections: [ObjectIdentifier: (outbox: ServerOutbox, channel: any Channel)] = [:]
        var isStopping = false
    }

    let handler: any WireHandler
    let room: ServerRoom
    private let limits: WireLimits
    private let state = Mutex(State())

    init(handler: any WireHandler, limits: WireLimits) {
        self.handler = handler
        self.limits = limits
        room = ServerRoom(bytesMax: limits.serverOutstandingBytes)
    }

    /// On the new channel's event loop.
    func accept(_ channel: any Channel) throws {
        let outbox = ServerOutbox(eventLoop: channel.eventLoop)
        let refusal = state.withLock { state -> WireError? in
            if state.isStopping { return WireError(.temporary, "the server is stopping") }
            let isFull = state.connections.count >= limits.connections
            state.connections[ObjectIdentifier(outbox)] = (outbox, channel)
            return isFull ? WireError(.busy, "the server has as many connections as it takes") : nil
        }
        let connection = ServerConnection(core: self, limits: limits, refusal: refusal, outbox: outbox)
        try channel.pipeline.syncOperations.addHandler(connection)
    }

    func remove(_ outbox: ServerOutbox) {
        state.withLock { _ = $0.connections.removeValue(forKey: ObjectIdentifier(outbox)) }
    }

    /// From now on connections are refused and requests are answered with `.temporary`.
    func drain() -> [any Channel] {
        let connections = state.withLock { state in
            state.isStopping = true
            return Array(state.connections.values)
        }
        for connection in connections { connection.outbox.drain() }
        return connections.map { $0.channel }
    }
}
