internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Making, losing and closing the connection. All of these are called on the event loop.
extension ClientCore {
    func connect() {
        loop.value.reconnect = nil
        guard !isClosed else { return }
        open().assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel):
                if self.isClosed { channel.close(promise: nil) } else { self.loop.value.channel = channel }
            case .failure(let error):
                self.lost(Self.wireError(error, self.address))
            }
        }
    }

    /// The handshake is done.
    func established(_ connection: ClientConnection, peer: Hello, versions: [UInt16: UInt16]) {
        guard !isClosed else { return }
        let loop = self.loop.value
        loop.connection = connection
        loop.failedAttempts = 0
        let needsDrain = shared.withLock { shared in
            shared.admission.becomeReady(peer: peer)
            shared.versions = versions
            return shared.needsDrain()
        }
        if needsDrain { drain() }
    }

    /// The connection is gone, or could not be made: everything under way fails and another attempt is scheduled.
    func lost(_ error: WireError) {
        let loop = self.loop.value
        loop.connection = nil
        loop.channel = nil
        guard !isClosed else { return }
        let waiting = shared.withLock { shared in
            shared.admission.phase = .down(error)
            return shared.admission.takeWaiting()
        }
        failPending(WireError(.temporary, "the connection was lost, the outcome is unknown: \(error.message)"))
        for request in waiting { request.completion(.failure(error)) }
        let delay = reconnectDelay(attempt: loop.failedAttempts)
        loop.failedAttempts += 1
        loop.reconnect = eventLoop.scheduleTask(in: delay) { self.connect() }
    }

    /// Returns the channel that is closing, if there was one.
    func closeOnLoop() -> (any Channel)? {
        let loop = self.loop.value
        let error = WireError(.closed, "the client was closed")
        let (waiting, submitted) = shared.withLock { shared in
            shared.admission.phase = .closed
            return (shared.admission.takeWaiting(), shared.admission.takeSubmitted())
        }
        loop.reconnect?.cancel()
        loop.sweep?.cancel()
        failPending(error)
        for request in waiting + submitted { request.completion(.failure(error)) }
        let channel = loop.channel ?? loop.connection?.channel
        loop.connection = nil
        loop.channel = nil
        channel?.close(promise: nil)
        return channel
    }

    private func failPending(_ error: WireError) {
        for id in Array(loop.value.pending.keys) { finish(id, .failure(error)) }
        releaseFinished()
    }

    private func reconnectDelay(attempt: Int) -> TimeAmount {
        let base = Int64(max(1, limits.reconnectMilliseconds)) << Int64(min(attempt, 16))
        let capped = Double(min(base, Int64(max(1, limits.reconnectMillisecondsMax))))
        return .microseconds(Int64(capped * 1000 * Double.random(in: 0.5...1)))
    }

    private func open() -> EventLoopFuture<any Channel> {
        do {
            try address.validate()
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(.milliseconds(Int64(limits.handshakeMilliseconds)))
            .channelOption(.recvAllocator, value: SocketTuning.receive)
            .channelOption(.writeBufferWaterMark, value: SocketTuning.waterMark)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ClientConnection(core: self, channel: channel))
                }
            }
        switch address {
        case .tcp(let host, let port):
            return bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
        case .unix(let path):
            return bootstrap.connect(unixDomainSocketPath: path)
        }
    }

    private static func wireError(_ error: any Error, _ address: WireAddress) -> WireError {
        if let error = error as? WireError { return error }
        return WireError(.temporary, "cannot connect to \(address): \(error)")
    }
}
