internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

extension Response {
    /// An answer of JSON bytes.
    static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: CommonHeaders.json, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// An answer of one JSON value that `write` writes.
    static func json(status: HTTPResponse.Status = .ok, _ write: (inout JSONWriter) -> Void) -> Response {
        var json = JSONWriter()
        write(&json)
        return .json(json.bytes, status: status)
    }

    static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Response {
        var headers = CommonHeaders.plain
        headers[.contentType] = type
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    static func page(_ page: CachedPage) -> Response {
        Response(status: .ok, headers: page.headers, body: .init(byteBuffer: page.body))
    }

    static func error(_ error: ClientError) -> Response {
        var response = Response.json(error.json, status: error.status)
        for (name, value) in error.headers { response.headers[name] = value }
        return response
    }

    mutating func add(_ decision: RateWindows.Decision) {
        for (name, value) in decision.headers { headers[name] = value }
    }
}

extension RateWindows.Decision {
    var headers: [(name: HTTPField.Name, value: String)] {
        [
            (.rateLimitLimit, String(limit)), (.rateLimitRemaining, String(remaining)),
            (.rateLimitReset, Timestamp.dateTime(unixMilliseconds: resetUnixMilliseconds)),
        ]
    }
}
