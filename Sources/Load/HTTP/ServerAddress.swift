/// Where a front listens, out of a URL such as `http://127.0.0.1:3000`.
public struct ServerAddress: Sendable, Hashable {
    public var host: String
    public var port: Int
    /// What goes into `Host`.
    public var authority: String

    /// Nil for anything but `http://HOST[:PORT]`: whoever terminates TLS is not what is measured.
    public init?(url: String) {
        guard url.hasPrefix("http://") else { return nil }
        let rest = String(url.dropFirst(7).prefix { $0 != "/" })
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, !host.isEmpty, parts.count <= 2 else { return nil }
        guard let port = parts.count == 2 ? Int(parts[1]) : 80, (1...65_535).contains(port) else { return nil }
        self.host = String(host)
        self.port = port
        authority = rest
    }
}
