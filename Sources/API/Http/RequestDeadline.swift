internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes

/// Closes a connection on which a request is not whole a minute after it has begun: whoever sends a byte at a time would
/// hold it open for good, because each byte ends the idleness.
///
/// Costs nothing where requests come whole. Goes with the other handlers of HTTP when the connection becomes a stream.
final class RequestDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    static let timeout = TimeAmount.seconds(60)

    private let timeout: TimeAmount
    /// Something of a request has come, and not its end.
    private var isPartial = false
    private var hasReadPart = false
    private var closing: Scheduled<Void>?

    init(timeout: TimeAmount = RequestDeadline.timeout) { self.timeout = timeout }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasReadPart = true
        if case .end = unwrapInboundIn(data) {
            isPartial = false
            stop()
        } else {
            isPartial = true
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Bytes that made no part are the beginning of a head.
        if isPartial || !hasReadPart, closing == nil {
            closing = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { context.close(promise: nil) }
        }
        hasReadPart = false
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    private func stop() {
        closing?.cancel()
        closing = nil
    }
}
