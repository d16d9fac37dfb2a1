import NIOCore
import NIOEmbedded
import Testing

@testable import Load

struct HTTPExchangeTests {
    private final class Seen { var answers: [HTTPAnswer] = [] }

    /// However the bytes are cut, the same answers come out.
    @Test(arguments: [1, 2, 3, 7, 50, 1_000]) func answersAreReadInPieces(_ size: Int) throws {
        let body = "{\"id\":\"123456789012\"}"
        let stream = Array(
            ("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                + "HTTP/1.1 503 Service Unavailable\r\nX-Statuscast-Stale: catching up\r\ncontent-length: 0\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n[{}]").utf8)
        let seen = Seen()
        let exchange = HTTPExchange()
        exchange.onAnswer = { seen.answers.append($0) }
        let channel = EmbeddedChannel(handler: exchange)
        for start in stride(from: 0, to: stream.count, by: size) {
            try channel.writeInbound(ByteBuffer(bytes: stream[start..<min(start + size, stream.count)]))
        }
        #expect(seen.answers.map(\.status) == [200, 503, 200])
        #expect(seen.answers.map(\.isStale) == [false, true, false])
        #expect(seen.answers.first?.leadingID == 123_456_789_012)
        #expect(seen.answers.last.map { String(decoding: $0.body, as: UTF8.self) } == "[{}]")
        _ = try? channel.finish()
    }

    @Test func anAnswerWithoutALengthEndsTheConnection() throws {
        let channel = EmbeddedChannel(handler: HTTPExchange())
        try channel.writeInbound(ByteBuffer(string: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
        #expect(!channel.isActive)
    }

    @Test func requestsAreWhole() {
        let http = HTTPRequest(authority: "example.org:80")
        #expect(
            String(decoding: http.bytes("GET", "/a", token: Array("t".utf8)), as: UTF8.self)
                == "GET /a HTTP/1.1\r\nHost: example.org:80\r\nAuthorization: Bearer t\r\n\r\n")
        #expect(
            String(decoding: http.bytes("POST", "/b", json: Array("{}".utf8)), as: UTF8.self)
                == "POST /b HTTP/1.1\r\nHost: example.org:80\r\n"
                + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
    }

    @Test(arguments: ["https://a", "a:1", "http://", "http://a:0", "http://a:b"]) func otherURLsAreNone(_ text: String)
    {
        #expect(ServerAddress(url: text) == nil)
    }
}
