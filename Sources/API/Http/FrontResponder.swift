internal import HTTPTypes
internal import Hummingbird
internal import Instrumentation
internal import Logging
internal import NIOCore
internal import SystemClock
internal import Traces

/// The door: answers preflights, applies rate limits, serves kept pages at once, and gives the rest to the router.
struct FrontResponder: HTTPResponder {
    let router: RouterResponder<FrontContext>
    let tokens: TokenCache
    let limiter: RateLimiter
    let timelines: Timelines
    let doorstep: Doorstep
    let logger: Logger
    private let unrouted = RouteMetrics("unknown")

    init(
        router: RouterResponder<FrontContext>, tokens: TokenCache, limiter: RateLimiter, timelines: Timelines,
        doorstep: Doorstep, logger: Logger
    ) {
        self.router = router
        self.tokens = tokens
        self.limiter = limiter
        self.timelines = timelines
        self.doorstep = doorstep
        self.logger = logger
    }

    func respond(to request: Request, context: FrontContext) async throws -> Response {
        ConditionalAnswer.answer(await answer(request, context), to: request)
    }

    private func answer(_ request: Request, _ context: FrontContext) async -> Response {
        if request.method == .options { return Response(status: .ok, headers: CommonHeaders.preflight) }
        var context = context
        context.admission = admit(request, context)
        if let decision = context.admission.decision, !decision.isAllowed {
            return refuse(decision, context.admission)
        }
        if let page = keptPage(request, context.admission) { return page }
        return await trace(request, context)
    }

    /// Whatever is done for the request is part of the caller's trace, or of a new one. Answers to what may change
    /// something name it; the many that only read save the bytes.
    private func trace(_ request: Request, _ context: FrontContext) async -> Response {
        let parent = TraceParent.accepted(request.headers[.traceparent])
        return await ServiceContext.withTrace(parent.trace) {
            switch request.method {
            case .get: return await route(request, context)
            case .head:
                var head = request.head
                head.method = .get
                return await route(Request(head: head, body: request.body), context).createHeadResponse()
            default:
                var response = await route(request, context)
                response.headers[.traceparent] = parent.continued().description
                return response
            }
        }
    }

    private func admit(_ request: Request, _ context: FrontContext) -> Admission {
        var admission = Admission(startedNanoseconds: MonotonicClock.nanoseconds())
        admission.origin = doorstep.origin(request.headers, on: context.channel)
        admission.token = AccessToken.hash(of: request)
        admission.viewer = admission.token.flatMap { tokens.cached($0) }
        if FrontResponder.isLimited(request) {
            admission.decision = limiter.request(
                account: admission.viewer?.account, address: admission.origin.network)
        }
        return admission
    }

    /// Monitoring and pictures, which a page of statuses asks for by the dozen, cost nothing worth limiting. Everything
    /// else is limited, however it is spelled: the router takes `//api` for `/api`.
    private static let unlimitedPaths = HealthEndpoints.paths

    private static func isLimited(_ request: Request) -> Bool {
        guard let target = request.head.path, !target.hasPrefix("/api/") else { return true }
        if target.hasPrefix(PictureEndpoints.prefix) { return false }
        let path = target.utf8.prefix { $0 != UInt8(ascii: "?") }
        return !unlimitedPaths.contains { $0.utf8.elementsEqual(path) }
    }

    private func refuse(_ decision: RateWindows.Decision, _ admission: Admission) -> Response {
        let response = Response.error(
            .tooManyRequests(decision, retryAfterSeconds: limiter.secondsUntilReset(decision)))
        unrouted.record(response.status, startedNanoseconds: admission.startedNanoseconds)
        return response
    }

    /// The hot path: no router, no parameters, one look into the pages. Only a remembered token gets here, and only
    /// pages that were made for this very viewer are found.
    private func keptPage(_ request: Request, _ admission: Admission) -> Response? {
        guard request.method == .get, let target = request.head.path, target.hasPrefix("/api/v1/timelines/"),
            admission.token == nil || admission.viewer != nil
        else { return nil }
        let key = PageKey(target: target, viewer: admission.viewer?.account)
        // Without a token only the pages of nobody are found.
        guard let page = timelines.current(key), admission.viewer?.allows(page.scope) ?? true else { return nil }
        var response = Response.page(page)
        if let decision = admission.decision { response.add(decision) }
        page.route.record(.ok, startedNanoseconds: admission.startedNanoseconds)
        return response
    }

    private func route(_ request: Request, _ context: FrontContext) async -> Response {
        do {
            let response = try await router.respond(to: request, context: context)
            // Every answer of an endpoint says which origins may read it; the router's own, to an unknown path, does
            // not.
            if response.headers.contains(.accessControlAllowOrigin) { return response }
        } catch {
            logger.error("an endpoint failed: \(error)")
            unrouted.record(.internalServerError, startedNanoseconds: context.admission.startedNanoseconds)
            return .error(.failure)
        }
        unrouted.record(.notFound, startedNanoseconds: context.admission.startedNanoseconds)
        var response = Response.error(.unknownRoute)
        if let decision = context.admission.decision { response.add(decision) }
        return response
    }
}
