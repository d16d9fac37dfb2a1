internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import NIOHTTPTypesHTTP1

/// A connection of the front: HTTP/1.1 as Hummingbird serves it, with `StreamSwitch` in its pipeline.
struct FrontChannel: HTTPChannelHandler {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        /// The ordinary requests; fails where there are none.
        let requests: EventLoopFuture<StreamSwitch.Requests>
    }

    static let idleTimeout = Duration.seconds(75)

    let responder: Responder
    let door: StreamDoor

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let requests = channel.eventLoop.makePromise(of: StreamSwitch.Requests.self)
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = 16 * 1024
            limits.maxHeaderListSize = 32 * 1024
            limits.maxHeaderFieldCount = 100
            let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits)
            let streams = StreamSwitch(requests: requests, door: door)
            let handlers: [any RemovableChannelHandler] = [
                HTTPResponseEncoder(), ByteToMessageHandler(decoder), HTTP1ToHTTPServerCodec(secure: false),
                RequestDeadline(), streams,
                HTTPConnectionStateHandler(idleTimeout: FrontChannel.idleTimeout, logger: logger),
            ]
            // From the end on: what the decoder has not read yet is the stream's when nothing stands in between.
            streams.httpHandlers = handlers.reversed()
            try channel.pipeline.syncOperations.addHandlers(handlers)
            return Value(channel: channel, requests: requests.futureResult)
        }
    }

    func handle(value: Value, logger: Logger) async {
        let requests = await withTaskCancellationHandler {
            try? await value.requests.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
        if let requests { await handleHTTP(asyncChannel: requests, logger: logger) }
    }
}
