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

    /// Who is at the other end, as rate limits see it: the IP address, for IPv6 its network of 64 bits.
    var remoteAddress: String {
        guard let address = channel.remoteAddress else { return "unknown" }
        guard case .v6(let v6) = address else { return address.ipAddress ?? "unknown" }
        // Behind family, port and flow information lie the 16 bytes of the address.
        return withUnsafeBytes(of: v6.address) { bytes in
            bytes.dropFirst(8).prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
        }
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
}
