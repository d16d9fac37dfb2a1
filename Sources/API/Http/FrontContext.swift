internal import Hummingbird
internal import NIOCore

/// What goes with a request through the router.
struct FrontContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// Set before the router sees the request.
    var admission = Admission()

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// What was found out about a request before it was routed.
struct Admission: Sendable {
    /// Of the token, if there is one.
    var token: TokenHash?
    /// If the token is remembered.
    var viewer: Viewer?
    /// Nil: no limits.
    var decision: RateWindows.Decision?
    var startedNanoseconds: UInt64 = 0
    var origin = ClientOrigin.unknown
}
