internal import HTTPTypes

/// An answer that is not what was asked for: the status, and the safe text that the client gets.
struct ClientError: Error, Sendable {
    struct Detail: Sendable {
        var field: String
        var code: String
        var description: String
    }

    var status: HTTPResponse.Status
    var error: String
    /// toot shows this one if it is there.
    var description: String?
    /// Of a refused sign-up, by field.
    var details: [Detail] = []
    var headers: [(name: HTTPField.Name, value: String)] = []

    /// For the log; never told to clients.
    var cause: String?

    init(_ status: HTTPResponse.Status, _ error: String, description: String? = nil) {
        self.status = status
        self.error = error
        self.description = description
    }

    static let notFound = ClientError(.notFound, "Record not found")
    static let unknownRoute = ClientError(.notFound, "Not Found")
    static let needsPerson = ClientError(.unprocessableContent, "This method requires an authenticated user")
    static let outsideScopes = ClientError(.forbidden, "This action is outside the authorized scopes")
    static let notAllowed = ClientError(.forbidden, "This action is not allowed")
    static let disabledLogin = ClientError(.forbidden, "Your login is currently disabled")
    static let pendingLogin = ClientError(.forbidden, "Your login is currently pending approval")
    static let failure = ClientError(.internalServerError, "Something went wrong on this side")
    static let uploadTooSlow = ClientError(.requestTimeout, "The upload took too long")
    static let bodyTooLarge = ClientError(.contentTooLarge, "The request body is too large")

    static let invalidToken = unauthorized("The access token is invalid", code: "invalid_token")
    static let revokedToken = unauthorized("The access token was revoked", code: "invalid_token")

    static func badRequest(_ text: String) -> ClientError { ClientError(.badRequest, text) }
    static func validation(_ text: String) -> ClientError {
        ClientError(.unprocessableContent, "Validation failed: \(text)")
    }

    /// With the numbers of the limit that was hit: clients wait until its window is over.
    static func tooManyRequests(_ decision: RateWindows.Decision, retryAfterSeconds: UInt64) -> ClientError {
        var error = tooMany(retryAfterSeconds: retryAfterSeconds)
        error.headers += decision.headers
        return error
    }

    /// Too many of what is not counted in a window of time.
    static func tooMany(retryAfterSeconds: UInt64) -> ClientError {
        var error = ClientError(.tooManyRequests, "Too many requests")
        error.headers = [(.retryAfter, String(retryAfterSeconds))]
        return error
    }

    /// Something that the answer needs is away for now.
    static func unavailable(_ text: String, retryAfterSeconds: Int = 2) -> ClientError {
        var error = ClientError(.serviceUnavailable, text)
        error.headers = [(.retryAfter, String(retryAfterSeconds))]
        return error
    }

    /// Errors of the OAuth endpoints: a code, and a sentence.
    static func oauth(_ status: HTTPResponse.Status, _ code: String, _ sentence: String) -> ClientError {
        ClientError(status, code, description: sentence)
    }

    private static func unauthorized(_ text: String, code: String) -> ClientError {
        var error = ClientError(.unauthorized, text)
        error.headers = [
            (.wwwAuthenticate, "Bearer realm=\"Doorkeeper\", error=\"\(code)\", error_description=\"\(text)\"")
        ]
        return error
    }

    var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("error", error)
        if let description { json.field("error_description", description) }
        if !details.isEmpty {
            json.object("details") { json in writeDetails(to: &json) }
        }
        json.endObject()
        return json.bytes
    }

    private func writeDetails(to json: inout JSONWriter) {
        var fields: [String] = []
        for detail in details where !fields.contains(detail.field) { fields.append(detail.field) }
        for field in fields {
            json.key(field)
            json.beginArray()
            for detail in details where detail.field == field {
                json.beginObject()
                json.field("error", detail.code)
                json.field("description", detail.description)
                json.endObject()
            }
            json.endArray()
        }
    }
}
