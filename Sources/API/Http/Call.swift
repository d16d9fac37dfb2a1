internal import StatuscastModel

/// One request as an endpoint sees it: authenticated, its parameters read.
struct Call: Sendable {
    /// Without the query.
    let path: String
    /// Path and query as sent; the key of pages that are kept.
    let target: String
    let parameters: RequestParameters
    /// From the path, decoded; absent where it was not UTF-8.
    let captures: [String: String]
    let viewer: Viewer?
    let remoteAddress: String
    /// Whether the client came through TLS.
    let isSecure: Bool
    /// As the browser sent them.
    let cookies: String?
    let idempotencyKey: String?
    let basicCredentials: (user: String, password: String)?
    let route: RouteMetrics

    /// An id from the path. What is none names nothing: 404.
    func id<Kind>(_ name: String) throws(ClientError) -> Identifier<Kind> {
        guard let id = captures[name].flatMap({ Identifier<Kind>($0) }) else { throw .notFound }
        return id
    }

    /// The person who is signed in; 422 where it is an application.
    func person() throws(ClientError) -> AccountID {
        guard let account = viewer?.account else { throw .needsPerson }
        return account
    }

    /// The key under which a page of this request may be kept. Tokens in the query never become part of one.
    var pageKey: PageKey? {
        parameters["access_token"] == nil ? PageKey(target: target, viewer: viewer?.account) : nil
    }
}
