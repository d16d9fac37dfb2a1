internal import DurableFiles
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Answers for browsers and feed readers: what they may do with a page, and how long it may be kept.
extension Response {
    /// Public pages change by the second; a cache in front may answer for us for so long.
    static let pageFreshSeconds = 10

    static func html(_ html: String, status: HTTPResponse.Status = .ok) -> Response {
        var headers = CommonHeaders.plain
        headers[.contentType] = "text/html; charset=utf-8"
        // Nothing of these pages is active, and nothing comes from elsewhere.
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
            + "frame-ancestors 'none'"
        headers[.referrerPolicy] = "same-origin"
        headers[.cacheControl] = status == .ok ? "public, max-age=\(pageFreshSeconds)" : "no-store"
        return kept(Array(html.utf8), status: status, headers: headers)
    }

    static func feed(_ xml: String) -> Response {
        var headers = CommonHeaders.plain
        headers[.contentType] = "application/atom+xml; charset=utf-8"
        headers[.cacheControl] = "public, max-age=60"
        return kept(Array(xml.utf8), status: .ok, headers: headers)
    }

    static func styleSheet(_ text: String) -> Response {
        var headers = CommonHeaders.plain
        headers[.contentType] = "text/css; charset=utf-8"
        headers[.cacheControl] = "public, max-age=3600"
        return kept(Array(text.utf8), status: .ok, headers: headers)
    }

    /// With a validator, by which `ConditionalAnswer` answers 304.
    private static func kept(_ bytes: [UInt8], status: HTTPResponse.Status, headers: HTTPFields) -> Response {
        var headers = headers
        if status == .ok { headers[.eTag] = EntityTag.weak(of: bytes) }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

/// `ETag` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1.2), weak: the same bytes have the same tag.
enum EntityTag {
    static func weak(of bytes: [UInt8]) -> String {
        "W/\"\(String(Checksum.crc32(bytes), radix: 16))-\(String(bytes.count, radix: 16))\""
    }

    /// Whether a client that sent `condition` has what carries `tag`.
    static func matches(_ condition: String, _ tag: String) -> Bool {
        condition == "*"
            || condition.split(separator: ",").contains { opaque($0) == opaque(tag[...]) }
    }

    private static func opaque(_ tag: Substring) -> Substring {
        let trimmed = tag.drop { $0 == " " }
        let bare = trimmed.hasPrefix("W/") ? trimmed.dropFirst(2) : trimmed
        return bare.prefix { $0 != " " }
    }
}

/// Leaves out a body that the client has already.
enum ConditionalAnswer {
    static func answer(_ response: Response, to request: Request) -> Response {
        guard response.status == .ok, request.method == .get || request.method == .head,
            let condition = request.headers[.ifNoneMatch], let tag = response.headers[.eTag],
            EntityTag.matches(condition, tag)
        else { return response }
        var headers = response.headers
        headers[.contentLength] = nil
        headers[.contentType] = nil
        return Response(status: .notModified, headers: headers)
    }
}
