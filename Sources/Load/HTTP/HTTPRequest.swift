/// Bytes of requests, put together from parts that are made once.
public struct HTTPRequest: Sendable {
    private let start: [UInt8]

    /// `authority` is what stands in `Host`: name and port.
    public init(authority: String) { start = Array(" HTTP/1.1\r\nHost: \(authority)\r\n".utf8) }

    /// Without a token nobody is signed in.
    public func bytes(_ method: String, _ path: String, token: [UInt8] = [], json body: [UInt8] = []) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + body.count)
        bytes += method.utf8
        bytes.append(32)
        bytes += path.utf8
        bytes += start
        if !token.isEmpty {
            bytes += Self.bearer
            bytes += token
            bytes += Self.lineEnd
        }
        if !body.isEmpty || method == "POST" {
            bytes += Self.json
            bytes += String(body.count).utf8
            bytes += Self.lineEnd
        }
        bytes += Self.lineEnd
        bytes += body
        return bytes
    }

    private static let bearer = Array("Authorization: Bearer ".utf8)
    private static let json = Array("Content-Type: application/json\r\nContent-Length: ".utf8)
    private static let lineEnd: [UInt8] = [13, 10]
}
