import HTTPTypes
import NIOCore
import NIOWebSocket
import StatuscastModel
import Testing

@testable import API

@Suite struct StreamFramingTests {
    private func text(_ buffer: ByteBuffer) -> String { String(buffer: buffer) }

    @Test func serverSentEventsEndTheirLinesWithLineFeedAlone() {
        #expect(text(StreamBytes.greeting) == "3\r\n:)\n\r\n")
        #expect(text(StreamBytes.thump) == "7\r\n:thump\n\r\n")
        let event = StreamBytes.event(.update, Array("{}".utf8))
        #expect(String(decoding: event, as: UTF8.self) == "event: update\ndata: {}\n\n")
        #expect(text(StreamBytes.chunk(of: event)) == "18\r\nevent: update\ndata: {}\n\n\r\n")
    }

    @Test(arguments: [
        (0, [0x81, 0]), (125, [0x81, 125]), (126, [0x81, 126, 0, 126]), (65_535, [0x81, 126, 255, 255]),
        (65_536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
    ])
    func framesSayTheirLengthAsShortlyAsTheyCan(length: Int, head: [Int]) {
        let frame = StreamBytes.frame(.text, Array(repeating: 7, count: length))
        #expect(Array(frame.readableBytesView.prefix(head.count)).map(Int.init) == head)
        #expect(frame.readableBytes == head.count + length)
    }

    @Test func payloadsAreStrings() {
        let bytes = StreamBytes.envelope(.statusUpdate, Array(#"{"a":"b\"c"}"#.utf8), names: ["hashtag", "Tür"])
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"stream":["hashtag","Tür"],"event":"status.update","payload":"{\"a\":\"b\\\"c\"}"}"#)
        let error = StreamBytes.error(.missingToken)
        #expect(String(decoding: error, as: UTF8.self) == #"{"error":"Missing access token","status":401}"#)
    }

    @Test func handshakesAreThoseOfTheStandard() throws {
        #expect(WebSocketHandshake.accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        var head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/api/v1/streaming")
        #expect(try WebSocketHandshake(head) == nil)
        head.headerFields = [.upgrade: "WebSocket", .connection: "keep-alive, Upgrade", .secWebSocketVersion: "13"]
        #expect(throws: ClientError.self) { try WebSocketHandshake(head) }
        head.headerFields[.secWebSocketKey] = "dGhlIHNhbXBsZSBub25jZQ=="
        head.headerFields[.secWebSocketProtocol] = "token, other"
        #expect(try WebSocketHandshake(head)?.protocolName == "token")
        #expect(try StreamRequest(head).token == TokenHash(of: "token"))
        head.headerFields[.secWebSocketVersion] = "8"
        #expect { try WebSocketHandshake(head) } throws: { ($0 as? ClientError)?.status.code == 426 }
    }

    @Test(arguments: [
        ("/api/v1/streaming", true), ("/api/v1/streaming/", true), ("/api/v1/streaming?stream=user", true),
        ("/api/v1/streaming/user/notification", true), ("/api/v1/streaming/public/local?x=1", true),
        ("/api/v1/streaming/health", false), ("/api/v1/streamings", false), ("/api/v1/streaming/nothing", false),
        ("/api/v1/timelines/home", false),
    ])
    func streamsAreKnownByTheirPath(path: String, isOne: Bool) {
        #expect(StreamRequest.isOne(HTTPRequest(method: .get, scheme: nil, authority: nil, path: path)) == isOne)
        #expect(!StreamRequest.isOne(HTTPRequest(method: .options, scheme: nil, authority: nil, path: path)))
    }

    @Test func topicsAskForWhatTheyNeed() throws {
        func topic(_ stream: String, _ query: String = "", _ viewer: Viewer? = nil) throws -> StreamTopic {
            try StreamTopic(stream: stream, try RequestParameters.form(query.utf8), viewer: viewer)
        }
        func status(_ body: @autoclosure () throws -> StreamTopic) -> Int? {
            do { _ = try body() } catch { return (error as? ClientError)?.status.code }
            return nil
        }
        let id = AccountID(rawValue: 7)
        var viewer = Viewer(
            account: id, username: "a", displayName: "", application: ApplicationID(rawValue: 1), applicationName: "",
            applicationWebsite: "", scopes: ["read"])
        #expect(try topic("user", "", viewer).mailboxes == [.home(id), .notifications(id)])
        #expect(try topic("hashtag:local", "tag=SwiftLang").mailboxes == [.tag("swiftlang")])
        #expect(try topic("hashtag:local", "tag=SwiftLang").names == ["hashtag:local", "SwiftLang"])
        #expect(try topic("public:remote").mailboxes.isEmpty)
        #expect(status(try topic("user")) == 401)
        #expect(status(try topic("hashtag")) == 400)
        #expect(status(try topic("list", "", viewer)) == 400)
        #expect(status(try topic("nonsense", "", viewer)) == 400)
        viewer.scopes = ["read:statuses"]
        #expect(try topic("user", "", viewer).mailboxes == [.home(id)])
        #expect(status(try topic("user:notification", "", viewer)) == 401)
        viewer.scopes = ["write"]
        #expect(status(try topic("public", "", viewer)) == 401)
    }

    @Test func recentIdsForgetTheOldest() {
        var ids = RecentIDs(limit: 3)
        let inserted = ([1, 2, 3, 1, 4] as [UInt64]).map { ids.insert($0) }
        #expect(inserted == [true, true, true, false, true])
        #expect(([1, 2, 3, 4] as [UInt64]).filter(ids.contains) == [2, 3, 4])
        let again = ids.insert(1)
        #expect(again && ([1, 2, 3, 4] as [UInt64]).filter(ids.contains) == [1, 3, 4])
    }

    @Test func framesOfClientsAreChecked() {
        func frame(
            _ opcode: WebSocketOpcode, _ text: String, fin: Bool = true, masked: Bool = true
        ) -> WebSocketFrame {
            let key: WebSocketMaskingKey? = masked ? [1, 2, 3, 4] : nil
            var data = ByteBuffer(string: text)
            if let key { data.webSocketMask(key) }
            return WebSocketFrame(fin: fin, opcode: opcode, maskKey: key, data: data)
        }
        let frames = SocketFrames()
        #expect(frames.message(frame(.text, "hello")) == .text(Array("hello".utf8)))
        #expect(frames.message(frame(.text, "hel", fin: false)) == nil)
        #expect(frames.message(frame(.ping, "p")) == .ping(Array("p".utf8)))
        #expect(frames.message(frame(.continuation, "lo")) == .text(Array("hello".utf8)))
        #expect(frames.message(frame(.continuation, "lo")) == .invalid(1002))
        #expect(frames.message(frame(.text, "hello", masked: false)) == .invalid(1002))
        #expect(frames.message(frame(.binary, "x")) == .invalid(1003))
        let half = String(repeating: "x", count: SocketFrames.bytesMax / 2 + 1)
        #expect(frames.message(frame(.text, half, fin: false)) == nil)
        #expect(frames.message(frame(.continuation, half)) == .invalid(1009))
    }
}
