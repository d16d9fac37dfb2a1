internal import HTTPTypes
internal import Traces

extension HTTPField.Name {
    private static func known(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("\(name) is no header name") }
        return field
    }

    static let link = known("Link")
    static let idempotencyKey = known("Idempotency-Key")
    static let rateLimitLimit = known("X-RateLimit-Limit")
    static let rateLimitRemaining = known("X-RateLimit-Remaining")
    static let rateLimitReset = known("X-RateLimit-Reset")
    static let referrerPolicy = known("Referrer-Policy")
    static let traceparent = known(TraceParent.headerName)
    static let forwardedFor = known("X-Forwarded-For")
    static let forwardedProto = known("X-Forwarded-Proto")
    /// Why the answer may be behind.
    static let statuscastStale = known("X-Statuscast-Stale")
}

/// What every answer carries. Browsers get at nothing without the ones about origins.
enum CommonHeaders {
    static let plain: HTTPFields = [
        .accessControlAllowOrigin: "*",
        .accessControlExposeHeaders: "Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, "
            + "X-Request-Id, ETag, Mastodon-Async-Refresh, X-Statuscast-Stale, traceparent",
        .xContentTypeOptions: "nosniff",
    ]

    static let json: HTTPFields = {
        var fields = plain
        fields[.contentType] = "application/json; charset=utf-8"
        fields[.cacheControl] = "private, no-store"
        fields[.vary] = "Authorization, Origin"
        return fields
    }()

    static let preflight: HTTPFields = {
        var fields = plain
        fields[.accessControlAllowMethods] = "POST, PUT, DELETE, GET, PATCH, OPTIONS"
        fields[.accessControlAllowHeaders] = "*, Authorization, Content-Type, Idempotency-Key"
        fields[.accessControlMaxAge] = "86400"
        return fields
    }()
}
