internal import NIOCore

/// The last handler of a stream: writes what comes for it, within its bound, and hears what its client says.
///
/// Inbound it takes what `SocketFrames` makes of frames; over server-sent events clients say nothing, and what they
/// send all the same is passed over.
final class StreamHandler: ChannelDuplexHandler {
    typealias InboundIn = SocketFrames.Message
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let opening: StreamDoor.Opening
    private let door: StreamDoor
    private var connection: StreamConnection { opening.connection }
    private var isGreeted = false
    private var isClosing = false
    /// Came before the greeting.
    private var early: [ByteBuffer] = []
    /// A ping is out and nothing has come since.
    private var awaitsPong = false
    private var commands: [[UInt8]] = []
    private var isObeying = false

    /// Commands of a client that wait for each other.
    static let commandsMax = 64
    /// How long the last words may take.
    static let patience = TimeAmount.seconds(1)

    init(_ opening: StreamDoor.Opening, door: StreamDoor) {
        self.opening = opening
        self.door = door
    }

    /// Subscribes to what the request named; then the client is greeted.
    func start(_ channel: any Channel) {
        let (door, opening) = (door, opening)
        Task {
            if let topic = opening.topic { try? await door.sources.subscribe(opening.connection, to: topic) }
            opening.connection.signal(.greet)
        }
    }

    // Outbound.

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let bytes = unwrapOutboundIn(data)
        guard !isClosing else { return }
        guard isGreeted else {
            early.append(bytes)
            if early.count > StreamHandler.commandsMax { close(context, .slow) }
            return
        }
        let waiting = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        guard (waiting ?? 0) + bytes.readableBytes <= door.limits.outgoingBytes else {
            return close(context, .slow)
        }
        context.write(wrapOutboundOut(bytes), promise: promise)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let signal = event as? StreamConnection.Signal else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        switch signal {
        case .greet: greet(context)
        case .beat: if isGreeted { beat(context) }
        case .text(let text): send(StreamBytes.frame(.text, text), context)
        case .close(let reason): close(context, reason)
        }
    }

    private func send(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        if !isClosing { context.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }
    }

    private func greet(_ context: ChannelHandlerContext) {
        guard !isGreeted, !isClosing else { return }
        isGreeted = true
        context.write(wrapOutboundOut(opening.head), promise: nil)
        if connection.transport == .events { context.write(wrapOutboundOut(StreamBytes.greeting), promise: nil) }
        for bytes in early { context.write(wrapOutboundOut(bytes), promise: nil) }
        early = []
        context.flush()
    }

    private func beat(_ context: ChannelHandlerContext) {
        guard connection.transport == .socket else { return send(StreamBytes.thump, context) }
        // Whoever does not answer within half a minute is gone.
        guard !awaitsPong else { return close(context, .slow) }
        awaitsPong = true
        send(StreamBytes.ping, context)
    }

    /// Says the end where the transport has a word for it; a client that is slow would not hear it.
    private func close(_ context: ChannelHandlerContext, _ reason: StreamConnection.Closing, code: UInt16? = nil) {
        guard !isClosing else { return }
        isClosing = true
        early = []
        door.metrics.closed(reason)
        guard reason != .slow, isGreeted else { return context.close(promise: nil) }
        let bytes = connection.transport == .socket ? StreamBytes.close(code ?? reason.code) : StreamBytes.lastChunk
        context.writeAndFlush(wrapOutboundOut(bytes)).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
        // A client that does not read does not keep it open.
        context.eventLoop.assumeIsolated().scheduleTask(in: StreamHandler.patience) { context.close(promise: nil) }
    }

    // Inbound.

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard connection.transport == .socket, !isClosing else { return }
        awaitsPong = false
        switch unwrapInboundIn(data) {
        case .text(let text): obey(text, context)
        case .ping(let payload): send(StreamBytes.frame(.pong, payload), context)
        case .pong: break
        case .close: close(context, .client)
        case .invalid(let code): close(context, .protocolError, code: code)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosing = true
        door.close(connection)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: close(context, .shutdown)
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    // Commands, one after the other.

    private func obey(_ text: [UInt8], _ context: ChannelHandlerContext) {
        guard commands.count < StreamHandler.commandsMax else { return close(context, .protocolError, code: 1008) }
        commands.append(text)
        obeyNext(context)
    }

    private func obeyNext(_ context: ChannelHandlerContext) {
        guard !isObeying, !commands.isEmpty, !isClosing else { return }
        isObeying = true
        let command = SocketCommand(commands.removeFirst(), door: door, connection: connection)
        context.eventLoop.makeFutureWithTask { await command.obey() }.assumeIsolated().whenSuccess {
            self.isObeying = false
            self.obeyNext(context)
        }
    }
}

extension StreamConnection.Closing {
    /// Of RFC 6455, section 7.4.
    fileprivate var code: UInt16 {
        switch self {
        case .client: 1000
        case .shutdown: 1001
        case .protocolError: 1002
        case .revoked, .slow: 1008
        }
    }
}
