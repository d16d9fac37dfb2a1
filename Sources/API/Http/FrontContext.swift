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

    /// Who is at the other end, as rate limits see it.
    var remoteAddress: String { channel.remoteAddress?.limitedNetwork ?? "unknown" }
}

extension SocketAddress {
    /// The IPv4 address, also where it comes as an IPv6 one, as it does on sockets for both; for IPv6 the network of
    /// 64 bits, which is one household's.
    var limitedNetwork: String {
        guard case .v6(let v6) = self else { return ipAddress ?? "unknown" }
        // Behind family, port and flow information lie the 16 bytes of the address.
        let bytes = withUnsafeBytes(of: v6.address) { Array($0.dropFirst(8).prefix(16)) }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10...11].allSatisfy { $0 == 0xFF }
        guard !isMapped else { return bytes.suffix(4).map { String($0) }.joined(separator: ".") }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
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
