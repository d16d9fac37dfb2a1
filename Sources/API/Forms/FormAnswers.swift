internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Answers with forms in them, for one browser at one moment.
extension Response {
    /// - Parameters:
    ///   - goingTo: where the answer to the form may send the browser beside here: a source as in
    ///     `Content-Security-Policy`.
    static func form(
        _ html: String, status: HTTPResponse.Status = .ok, cookie: String?, goingTo: String? = nil
    ) -> Response {
        var headers = CommonHeaders.plain
        headers[.contentType] = "text/html; charset=utf-8"
        let targets = goingTo.map { " \($0)" } ?? ""
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'\(targets); base-uri 'none'; "
            + "frame-ancestors 'none'"
        headers[.referrerPolicy] = "no-referrer"
        headers[.cacheControl] = "no-store"
        if let cookie { headers[.setCookie] = cookie }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html)))
    }

    /// To an address that may carry a secret.
    static func redirect(privatelyTo address: String) -> Response {
        var headers = CommonHeaders.plain
        headers[.location] = address
        headers[.referrerPolicy] = "no-referrer"
        headers[.cacheControl] = "no-store"
        return Response(status: .found, headers: headers)
    }
}
