internal import HTTPTypes
internal import NIOCore

/// Where it is seen who comes: through the proxies that are trusted.
struct Doorstep: Sendable {
    let proxies: TrustedProxies
    /// Whether clients come through TLS unless a trusted proxy says otherwise.
    let isSecure: Bool

    func origin(_ headers: HTTPFields, on channel: any Channel) -> ClientOrigin {
        ClientOrigin(
            peer: channel.remoteAddress?.ipAddress, forwardedFor: headers[.forwardedFor],
            forwardedProto: headers[.forwardedProto], isSecure: isSecure, trusting: proxies)
    }
}
