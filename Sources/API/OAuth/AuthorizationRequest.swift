/// What an application asks for when it sends a person to `/oauth/authorize`.
struct AuthorizationRequest: Sendable {
    let clientID: String
    let redirectURI: String
    let responseType: String
    let scopes: [String]
    let state: String
    let codeChallenge: String
    let codeChallengeMethod: String

    /// The application shows no page of its own: the person copies the code.
    static let outOfBand = "urn:ietf:wg:oauth:2.0:oob"

    init(_ parameters: RequestParameters) {
        clientID = parameters["client_id"] ?? ""
        redirectURI = parameters["redirect_uri"] ?? ""
        responseType = parameters["response_type"] ?? ""
        scopes = ScopeList.read(parameters)
        state = parameters["state"] ?? ""
        codeChallenge = parameters["code_challenge"] ?? ""
        codeChallengeMethod = parameters["code_challenge_method"] ?? ""
    }

    /// What the form carries on; the guard is bound to all of it.
    var fields: [(name: String, value: String)] {
        [
            ("client_id", clientID), ("redirect_uri", redirectURI), ("response_type", responseType),
            ("scope", scopes.joined(separator: " ")), ("state", state), ("code_challenge", codeChallenge),
            ("code_challenge_method", codeChallengeMethod),
        ]
    }

    var purpose: [String] { ["authorize"] + fields.map(\.value) }

    /// What is wrong with it that the application is told, in the words of RFC 6749, 4.1.2.1; nil: nothing.
    var fault: (code: String, sentence: String)? {
        if responseType != "code" {
            return ("unsupported_response_type", "The authorization server does not support this response type.")
        }
        guard !codeChallenge.isEmpty || !codeChallengeMethod.isEmpty else { return nil }
        // As Mastodon does: a plain challenge protects from nothing that S256 does not protect from better.
        guard codeChallengeMethod == "S256" else {
            return ("invalid_request", "The code_challenge_method must be S256.")
        }
        let isWhole =
            codeChallenge.utf8.count == 43
            && codeChallenge.utf8.allSatisfy { PercentEncoding.encoded(String(UnicodeScalar($0))).utf8.count == 1 }
        return isWhole ? nil : ("invalid_request", "The code_challenge is not an S256 challenge.")
    }

    var isOutOfBand: Bool { redirectURI == AuthorizationRequest.outOfBand }

    /// The redirect URI with an outcome behind it, and the state that the application wants back.
    func redirect(_ outcome: [(name: String, value: String)]) -> String {
        let pairs = outcome + (state.isEmpty ? [] : [("state", state)])
        let query = pairs.map { "\($0.name)=\(PercentEncoding.encoded($0.value))" }.joined(separator: "&")
        return redirectURI + (redirectURI.contains("?") ? "&" : "?") + query
    }

    /// The redirect URI as a source of a `Content-Security-Policy`, which browsers also hold against the redirect that
    /// answers a form: the origin where it is an ordinary one, else the scheme. Nil where there is nothing to go to.
    var source: String? {
        guard !isOutOfBand, let colon = redirectURI.firstIndex(of: ":") else { return nil }
        let scheme = redirectURI[..<colon]
        let rest = redirectURI[redirectURI.index(after: colon)...]
        guard ["http", "https"].contains(scheme.lowercased()), rest.hasPrefix("//") else { return "\(scheme):" }
        let host = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
        let isPlain = host.utf8.allSatisfy { byte in
            byte == UInt8(ascii: ":") || PercentEncoding.encoded(String(UnicodeScalar(byte))).utf8.count == 1
        }
        return isPlain && !host.isEmpty ? "\(scheme)://\(host)" : "\(scheme):"
    }
}
