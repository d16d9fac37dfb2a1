internal import NIOCore

/// What came back: as much of it as a client that measures has to know.
public struct HTTPAnswer: Sendable {
    public var status: Int
    /// The page says that it may be behind (`X-Statuscast-Stale`).
    public var isStale: Bool
    public var body: [UInt8] { Array(bytes.readableBytesView) }
    /// Without a copy.
    let bytes: ByteBuffer

    /// The id in front of a JSON object of the API.
    var leadingID: UInt64? {
        let start = Array("{\"id\":\"".utf8)
        let view = bytes.readableBytesView
        guard view.starts(with: start) else { return nil }
        var id: UInt64 = 0
        for byte in view.dropFirst(start.count) {
            guard (48...57).contains(byte) else { return id > 0 ? id : nil }
            id = id &* 10 &+ UInt64(byte - 48)
        }
        return nil
    }
}

/// Reads answers off a keep-alive connection: status, length and body. Every answer has a `Content-Length`.
///
/// It reads no more of an answer than that: who generates load runs on the cores that are measured. Used on its
/// channel's event loop only, which is what makes it safe to pass on.
final class HTTPExchange: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    var onAnswer: ((HTTPAnswer) -> Void)?
    /// Called once, when the connection has ended.
    var onEnd: (() -> Void)?
    private var buffer = ByteBuffer()
    private var head: Head?

    private struct Head {
        var status = 0
        var length = 0
        var isStale = false
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        if buffer.readableBytes == 0 { buffer = part } else { buffer.writeBuffer(&part) }
        while true {
            if head == nil { head = readHead(context) }
            guard let head, let body = buffer.readSlice(length: head.length) else { return }
            self.head = nil
            // Where several answers lie in one read, the rest stays in its storage: it is small.
            onAnswer?(HTTPAnswer(status: head.status, isStale: head.isStale, bytes: body))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        onEnd?()
        onEnd = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func readHead(_ context: ChannelHandlerContext) -> Head? {
        let parsed: (head: Head?, bytes: Int)? = buffer.withUnsafeReadableBytes { bytes in
            guard let end = Self.end(of: bytes) else { return nil }
            return (Self.parse(UnsafeRawBufferPointer(rebasing: bytes[..<end])), end)
        }
        guard let parsed else { return nil }
        buffer.moveReaderIndex(forwardBy: parsed.bytes)
        if parsed.head == nil { context.close(promise: nil) }
        return parsed.head
    }

    /// Behind the empty line.
    private static func end(of bytes: UnsafeRawBufferPointer) -> Int? {
        var index = 3
        while index < bytes.count {
            // Most bytes are neither: look at every second one.
            if bytes[index] == 10, bytes[index - 1] == 13, bytes[index - 2] == 10, bytes[index - 3] == 13 {
                return index + 1
            }
            index += bytes[index] == 13 || bytes[index] == 10 ? 1 : 2
        }
        return nil
    }

    private static func parse(_ bytes: UnsafeRawBufferPointer) -> Head? {
        guard bytes.count > 12, let status = decimal(bytes, from: 9) else { return nil }
        var head = Head(status: status)
        var hasLength = status == 204 || status == 304
        var line = 0
        while let end = bytes[line...].firstIndex(of: 13) {
            if begins(bytes, line, "content-length:") {
                guard let length = decimal(bytes, from: line + 15) else { return nil }
                head.length = length
                hasLength = true
            } else if begins(bytes, line, "x-statuscast-stale:") {
                head.isStale = true
            }
            line = end + 2
            if line >= bytes.count { break }
        }
        return hasLength ? head : nil
    }

    private static func begins(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ name: StaticString) -> Bool {
        guard bytes.count - start >= name.utf8CodeUnitCount else { return false }
        for index in 0..<name.utf8CodeUnitCount {
            let byte = bytes[start + index]
            let folded = (65...90).contains(byte) ? byte | 0x20 : byte
            if folded != name.utf8Start[index] { return false }
        }
        return true
    }

    private static func decimal(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var (value, index) = (0, start)
        while index < bytes.count, bytes[index] == 32 { index += 1 }
        let first = index
        while index < bytes.count, (48...57).contains(bytes[index]), index - first < 15 {
            value = value * 10 + Int(bytes[index] - 48)
            index += 1
        }
        return index > first ? value : nil
    }
}
