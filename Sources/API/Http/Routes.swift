internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import StatuscastModel

/// Registers endpoints and does for all of them what is the same: tokens, scopes, parameters, errors, metrics.
struct Routes {
    enum Access: Sendable {
        /// Anybody; a token that is there must be good.
        case anybody
        /// Anybody; a token that is there must allow this.
        case anybodyOr(Scope)
        /// Any token, also an application's own.
        case application
        case person(Scope)
    }

    typealias Endpoint = @Sendable (Call) async throws(ClientError) -> Response

    let router: Router<FrontContext>
    let reader: CallReader
    let logger: Logger

    func get(_ path: String, _ access: Access = .anybody, _ endpoint: @escaping Endpoint) {
        on(.get, path, access, endpoint)
    }

    func post(_ path: String, _ access: Access = .anybody, _ endpoint: @escaping Endpoint) {
        on(.post, path, access, endpoint)
    }

    func patch(
        _ path: String, _ access: Access, body: BodyAllowance = .parameters, _ endpoint: @escaping Endpoint
    ) {
        on(.patch, path, access, body: body, endpoint)
    }

    func delete(_ path: String, _ access: Access = .anybody, _ endpoint: @escaping Endpoint) {
        on(.delete, path, access, endpoint)
    }

    /// A page for browsers, open to everybody; `answer` turns an error into a page as well.
    func page(
        _ path: String, answer: @escaping @Sendable (ClientError) -> Response, _ endpoint: @escaping Endpoint
    ) {
        on(.get, path, .anybody, answer: answer, endpoint)
    }

    func on(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, body: BodyAllowance = .parameters,
        answer: @escaping @Sendable (ClientError) -> Response = Response.error, _ endpoint: @escaping Endpoint
    ) {
        let reader = reader
        let logger = logger
        let route = RouteMetrics("\(method.rawValue) \(path)")
        router.on(RouterPath(path), method: method) { request, context in
            var response: Response
            do throws(ClientError) {
                response = try await endpoint(try await reader.call(request, context, access, body, route))
            } catch {
                if let cause = error.cause { logger.error("\(method.rawValue) \(path) failed: \(cause)") }
                response = answer(error)
            }
            if let decision = context.admission.decision, !response.headers.contains(.rateLimitLimit) {
                response.add(decision)
            }
            route.record(response.status, startedNanoseconds: context.admission.startedNanoseconds)
            return response
        }
    }
}

/// From a request to what an endpoint gets of it.
struct CallReader: Sendable {
    let tokens: TokenCache

    func call(
        _ request: Request, _ context: FrontContext, _ access: Routes.Access, _ body: BodyAllowance,
        _ route: RouteMetrics
    ) async throws(ClientError) -> Call {
        let viewer = try admitted(try await viewer(context.admission), access)
        try check(viewer, access)
        let target = request.head.path ?? "/"
        let parts = target.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        var parameters = try RequestParameters.form(parts.dropFirst().first ?? Substring().utf8)
        if request.method != .get && request.method != .head {
            try parameters.merge(try await RequestBodyReader.parameters(of: request, allowing: body))
        }
        return Call(
            path: String(parts.first ?? Substring().utf8) ?? "/", target: target, parameters: parameters,
            captures: captures(context), viewer: viewer, remoteAddress: context.admission.origin.network,
            isSecure: context.admission.origin.isSecure, cookies: request.headers[.cookie],
            idempotencyKey: request.headers[.idempotencyKey], basicCredentials: BasicCredentials.read(request.headers),
            route: route)
    }

    private func viewer(_ admission: Admission) async throws(ClientError) -> Viewer? {
        if let viewer = admission.viewer { return viewer }
        guard let token = admission.token else { return nil }
        return try await tokens.viewer(token)
    }

    /// Who waits for approval may find out what the token is, and is a stranger to everything that is open to strangers.
    private func admitted(_ viewer: Viewer?, _ access: Routes.Access) throws(ClientError) -> Viewer? {
        guard let viewer, viewer.isPending else { return viewer }
        switch access {
        case .application: return viewer
        case .anybody, .anybodyOr: return nil
        case .person: throw .pendingLogin
        }
    }

    private func check(_ viewer: Viewer?, _ access: Routes.Access) throws(ClientError) {
        switch access {
        case .anybody: break
        case .anybodyOr(let scope):
            if let viewer, !viewer.allows(scope) { throw .outsideScopes }
        case .application:
            if viewer == nil { throw .invalidToken }
        case .person(let scope):
            guard let viewer else { throw .invalidToken }
            guard viewer.account != nil else { throw .needsPerson }
            guard viewer.allows(scope) else { throw .outsideScopes }
        }
    }

    private func captures(_ context: FrontContext) -> [String: String] {
        var captures: [String: String] = [:]
        for (name, value) in context.parameters {
            captures[String(name)] = PercentEncoding.decoded(value.utf8, plusIsSpace: false)
        }
        return captures
    }
}
