internal import HTTPTypes
internal import NIOCore

/// The bytes of both transports. Pure.
///
/// | server-sent events | bytes |
/// | --- | --- |
/// | first | `:)` LF |
/// | an event | `event: ` name LF `data: ` payload LF LF |
/// | heartbeat | `:thump` LF |
///
/// Each goes out as one HTTP chunk. Lines end with LF alone: some clients take CR for text.
///
/// | WebSocket frame (RFC 6455) | bytes |
/// | --- | --- |
/// | 0 | 0x80 and the opcode: always the whole message |
/// | 1 | length up to 125, or 126 and two bytes, or 127 and eight, most significant first |
/// | then | the payload, unmasked as a server's is |
enum StreamBytes {
    enum Opcode: UInt8 {
        case text = 0x1
        case close = 0x8
        case ping = 0x9
        case pong = 0xA
    }

    static let greeting = chunk(of: Array(":)\n".utf8))
    static let thump = chunk(of: Array(":thump\n".utf8))
    static let lastChunk = ByteBuffer(string: "0\r\n\r\n")
    static let ping = frame(.ping, [])

    static func event(_ event: StreamEvent, _ payload: [UInt8]) -> [UInt8] {
        Array("event: \(event.rawValue)\ndata: ".utf8) + payload + Array("\n\n".utf8)
    }

    static func chunk(of bytes: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(bytes.count + 12)
        buffer.writeString(String(bytes.count, radix: 16))
        buffer.writeString("\r\n")
        buffer.writeBytes(bytes)
        buffer.writeString("\r\n")
        return buffer
    }

    static func frame(_ opcode: Opcode, _ payload: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(payload.count + 10)
        buffer.writeInteger(0x80 | opcode.rawValue)
        switch payload.count {
        case ...125: buffer.writeInteger(UInt8(truncatingIfNeeded: payload.count))
        case ...0xFFFF:
            buffer.writeInteger(UInt8(126))
            buffer.writeInteger(UInt16(truncatingIfNeeded: payload.count))
        default:
            buffer.writeInteger(UInt8(127))
            buffer.writeInteger(UInt64(payload.count))
        }
        buffer.writeBytes(payload)
        return buffer
    }

    /// The end of a connection, with a code of RFC 6455, section 7.4.
    static func close(_ code: UInt16) -> ByteBuffer {
        frame(.close, [UInt8(truncatingIfNeeded: code >> 8), UInt8(truncatingIfNeeded: code)])
    }

    /// What a text frame says of an event. The payload is a string, also where it holds JSON.
    static func envelope(_ event: StreamEvent, _ payload: [UInt8], names: [String]) -> [UInt8] {
        var json = JSONWriter(reserving: payload.count * 5 / 4 + 128)
        json.beginObject()
        json.key("stream")
        json.beginArray()
        for name in names { json.text(name) }
        json.endArray()
        json.field("event", event.rawValue)
        json.field("payload", String(decoding: payload, as: UTF8.self))
        json.endObject()
        return json.bytes
    }

    static func error(_ error: ClientError) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("error", error.error)
        json.field("status", count: error.status.code)
        json.endObject()
        return json.bytes
    }
}
