internal import NIOCore
internal import NIOWebSocket

/// From WebSocket frames to what a client says. What it says is short: anything longer is a mistake.
final class SocketFrames: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = Message

    enum Message: Equatable {
        case text([UInt8])
        case ping([UInt8])
        case pong
        case close
        /// The connection has to end, with this code of RFC 6455, section 7.4.
        case invalid(UInt16)
    }

    static let bytesMax = 8 << 10
    /// Of a message in several frames, so far; nil between messages.
    private var parts: [UInt8]?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let message = message(unwrapInboundIn(data)) { context.fireChannelRead(wrapInboundOut(message)) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.fireChannelRead(wrapInboundOut(.invalid(error is NIOWebSocketError ? 1002 : 1011)))
    }

    /// Nil: the message goes on in another frame.
    func message(_ frame: WebSocketFrame) -> Message? {
        // A client masks whatever it sends; extensions were not agreed on.
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else { return .invalid(1002) }
        let bytes = Array(frame.unmaskedData.readableBytesView)
        switch frame.opcode {
        case .text where parts == nil: return collect(bytes, frame.fin)
        case .continuation where parts != nil: return collect(bytes, frame.fin)
        case .binary where parts == nil: return .invalid(1003)
        case .ping where frame.fin && bytes.count <= 125: return .ping(bytes)
        case .pong where frame.fin: return .pong
        case .connectionClose: return .close
        default: return .invalid(1002)
        }
    }

    private func collect(_ bytes: [UInt8], _ isLast: Bool) -> Message? {
        let whole = (parts ?? []) + bytes
        guard whole.count <= SocketFrames.bytesMax else { return .invalid(1009) }
        parts = isLast ? nil : whole
        return isLast ? .text(whole) : nil
    }
}
