internal import NIOCore

/// One frame after the handshake; `docs/formats/wire.md` has the byte table.
struct Frame {
    enum Kind: UInt8 {
        case request = 1
        case response = 2
        case error = 3
        case ping = 4
        case pong = 5
    }

    /// Everything in front of the control message, the length field included.
    static let headerBytes = 24
    static let messageBytesMax = 1024
    /// Payloads up to this size are copied behind the header; larger ones are handed to the socket as they are.
    private static let copiedPayloadBytes = 4096

    var kind: Kind
    /// A method in requests, an error code in errors, else 0.
    var code: UInt16 = 0
    /// 0 in an error that concerns the whole connection.
    var id: UInt64
    var deadlineMilliseconds: UInt32 = 0
    var control = ByteBuffer()
    var payload = ByteBuffer()

    static func size(control: ByteBuffer, payload: ByteBuffer) -> Int {
        headerBytes + control.readableBytes + payload.readableBytes
    }

    var bytes: Int { Self.size(control: control, payload: payload) }

    static func error(_ error: WireError, id: UInt64) -> Frame {
        var message = ByteBuffer(string: error.message)
        let cut = message.readSlice(length: min(message.readableBytes, messageBytesMax)) ?? ByteBuffer()
        return Frame(kind: .error, code: error.code.rawValue, id: id, control: cut)
    }

    /// The meaning of an error frame.
    var error: WireError { WireError(WireError.Code(rawValue: code), String(buffer: control)) }

    /// Hands the frame to `write` as one or two buffers. The caller has checked the size against the limits.
    func encode(allocator: ByteBufferAllocator, write: (ByteBuffer) -> Void) {
        let payloadBytes = payload.readableBytes
        let isCopied = payloadBytes <= Self.copiedPayloadBytes
        var head = allocator.buffer(
            capacity: Self.headerBytes + control.readableBytes + (isCopied ? payloadBytes : 0))
        head.writeMultipleIntegers(
            UInt32(truncatingIfNeeded: bytes - 4), kind.rawValue, UInt8(0), code, id, deadlineMilliseconds,
            UInt32(truncatingIfNeeded: control.readableBytes))
        head.writeImmutableBuffer(control)
        if isCopied { head.writeImmutableBuffer(payload) }
        write(head)
        if !isCopied { write(payload) }
    }
}
