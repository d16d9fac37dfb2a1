internal import Hummingbird
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes
internal import NIOWebSocket

/// Stands where requests have been read and sends each its way: those for streams are taken out of the HTTP pipeline,
/// all others go on unchanged.
///
/// The way for ordinary requests is laid with the first of them: a connection whose first request is for a stream never
/// gets a task or buffers of its own.
final class StreamSwitch: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    typealias Requests = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    private enum State {
        case ordinary
        /// A stream was asked for; its request has to end, and all answers before it have to be out.
        case reading(HTTPRequest, isWhole: Bool)
        case admitting
        case done
    }

    private var state = State.ordinary
    private var answersDue = 0
    private var promise: EventLoopPromise<Requests>?
    /// What has to go for a stream, in this order: itself among them.
    var httpHandlers: [any RemovableChannelHandler] = []
    private let door: StreamDoor

    init(requests: EventLoopPromise<Requests>, door: StreamDoor) {
        promise = requests
        self.door = door
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (state, unwrapInboundIn(data)) {
        case (.ordinary, .head(let head)):
            if StreamRequest.isOne(head) {
                state = .reading(head, isWhole: false)
            } else {
                layRequests(context)
                answersDue += 1
                context.fireChannelRead(data)
            }
        case (.ordinary, _): context.fireChannelRead(data)
        case (.reading(let head, false), .end):
            state = .reading(head, isWhole: true)
            admitIfReady(context)
        case (.reading, .head), (.admitting, _):
            // Nothing can follow on a connection that becomes a stream.
            context.close(promise: nil)
        case (.reading, _), (.done, _): break
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(data, promise: promise)
        guard case .end = unwrapOutboundIn(data) else { return }
        answersDue -= 1
        admitIfReady(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        state = .done
        giveUpRequests()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { giveUpRequests() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What cannot be read is answered where requests are.
        if case .ordinary = state { layRequests(context) }
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .ordinary = state, promise == nil || !isEnd(event) {
            context.fireUserInboundEventTriggered(event)
        } else if isEnd(event) || event is ChannelShouldQuiesceEvent {
            // Nobody has asked for anything yet, or it is a stream that has not begun.
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func isEnd(_ event: Any) -> Bool {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { true } else { false }
    }

    private func layRequests(_ context: ChannelHandlerContext) {
        guard let promise else { return }
        self.promise = nil
        promise.completeWith(
            Result {
                try NIOAsyncChannel(
                    wrappingChannelSynchronously: context.channel,
                    configuration: .init(isOutboundHalfClosureEnabled: true))
            })
    }

    private func giveUpRequests() {
        promise?.fail(ChannelError.eof)
        promise = nil
    }

    private func admitIfReady(_ context: ChannelHandlerContext) {
        guard case .reading(let head, isWhole: true) = state, answersDue == 0 else { return }
        state = .admitting
        let (door, channel) = (door, context.channel)
        channel.eventLoop.makeFutureWithTask { await door.open(head, on: channel) }.assumeIsolated().whenSuccess {
            self.decided($0, context, channel)
        }
    }

    private func decided(
        _ result: Result<StreamDoor.Opening, ClientError>, _ context: ChannelHandlerContext, _ channel: any Channel
    ) {
        guard case .admitting = state, channel.isActive else {
            if case .success(let opening) = result { door.close(opening.connection) }
            return
        }
        state = .done
        switch result {
        case .failure(let error): refuse(error, context)
        case .success(let opening): begin(opening, channel)
        }
    }

    /// Says why not, and closes: whatever follows on the connection was meant for a stream.
    private func refuse(_ error: ClientError, _ context: ChannelHandlerContext) {
        let response = Response.error(error)
        var head = response.head
        let body = ByteBuffer(bytes: error.json)
        head.headerFields[.contentLength] = String(body.readableBytes)
        head.headerFields[.connection] = "close"
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }

    private func begin(_ opening: StreamDoor.Opening, _ channel: any Channel) {
        let handler = StreamHandler(opening, door: door)
        do {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandlers(
                opening.connection.transport == .socket
                    ? [
                        ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: SocketFrames.bytesMax)),
                        SocketFrames(), handler,
                    ]
                    : [handler],
                position: .after(self))
            for handler in httpHandlers { pipeline.removeHandler(handler, promise: nil) }
            handler.start(channel)
        } catch {
            door.close(opening.connection)
            channel.close(promise: nil)
        }
    }
}
