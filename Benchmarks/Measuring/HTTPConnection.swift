internal import Foundation
public import NIOCore
internal import NIOPosix

/// One keep-alive connection that sends prepared requests one after the other and counts what comes back.
///
/// It parses no more of an answer than its status and length: the load generator runs on the cores it measures.
public final class HTTPConnection: Sendable {
    public struct Answer: Sendable {
        public let status: Int
        public let body: ByteBuffer
    }

    private let channel: any Channel
    private let handler: ResponseHandler

    public static func connect(host: String, port: Int) async throws -> HTTPConnection {
        let handler = ResponseHandler()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler) }
            }
            .connect(host: host, port: port).get()
        return HTTPConnection(channel: channel, handler: handler)
    }

    private init(channel: any Channel, handler: ResponseHandler) {
        self.channel = channel
        self.handler = handler
    }

    /// Sends a whole request and waits for its answer. One at a time.
    public func send(_ request: ByteBuffer) async throws -> Answer {
        let promise = channel.eventLoop.makePromise(of: Answer.self)
        channel.eventLoop.execute { [channel, handler] in
            handler.waiting = promise
            channel.writeAndFlush(request, promise: nil)
        }
        return try await promise.futureResult.get()
    }

    public func close() async { try? await channel.close() }

    public static func request(
        _ method: String, _ path: String, token: String, json body: String = "", host: String
    ) -> ByteBuffer {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\nAuthorization: Bearer \(token)\r\n"
        if !body.isEmpty {
            text += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
        }
        return ByteBuffer(string: text + "\r\n" + body)
    }
}

/// Used on its event loop only, which is what makes it safe.
private final class ResponseHandler: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    var waiting: EventLoopPromise<HTTPConnection.Answer>?
    private var buffer = ByteBuffer()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        buffer.writeBuffer(&part)
        guard let head = headLength() else { return }
        let headers = String(decoding: buffer.readableBytesView.prefix(head), as: UTF8.self).lowercased()
        guard let status = Int(headers.dropFirst(9).prefix(3)), let length = contentLength(headers) else {
            return errorCaught(context: context, error: BenchmarkError("an answer without a length: \(headers)"))
        }
        guard buffer.readableBytes >= head + length else { return }
        buffer.moveReaderIndex(forwardBy: head)
        let body = buffer.readSlice(length: length) ?? ByteBuffer()
        buffer.discardReadBytes()
        let promise = waiting
        waiting = nil
        promise?.succeed(HTTPConnection.Answer(status: status, body: body))
    }

    func channelInactive(context: ChannelHandlerContext) {
        waiting?.fail(BenchmarkError("the server closed the connection"))
        waiting = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        waiting?.fail(error)
        waiting = nil
        context.close(promise: nil)
    }

    private func headLength() -> Int? {
        let view = buffer.readableBytesView
        var index = view.startIndex
        while let found = view[index...].firstIndex(of: 13) {
            if view.distance(from: found, to: view.endIndex) < 4 { return nil }
            if view[found + 1] == 10, view[found + 2] == 13, view[found + 3] == 10 {
                return view.distance(from: view.startIndex, to: found) + 4
            }
            index = found + 1
        }
        return nil
    }

    private func contentLength(_ headers: String) -> Int? {
        guard let range = headers.range(of: "content-length:") else { return nil }
        return Int(headers[range.upperBound...].drop { $0 == " " }.prefix { $0.isNumber })
    }
}
