/// Where a process listens: `tcp:127.0.0.1:4000`, `tcp:[::1]:4000` or `unix:/run/statuscast/x.sock`.
public enum WireAddress: Hashable, Sendable, LosslessStringConvertible {
    /// A host name or address and a port, 0 to 65535; a server given port 0 gets a free one.
    case tcp(host: String, port: Int)
    /// A path of at most `WireAddress.unixPathBytesMax` bytes.
    case unix(path: String)

    /// What the kernel has room for, without the closing zero.
    public static let unixPathBytesMax = 107

    /// Nil unless the text is one of the forms above; a path that is too long is accepted here and refused on use.
    public init?(_ description: String) {
        if description.hasPrefix("unix:") {
            let path = String(description.dropFirst(5))
            guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
            self = .unix(path: path)
            return
        }
        guard description.hasPrefix("tcp:") else { return nil }
        let rest = description.dropFirst(4)
        guard let colon = rest.lastIndex(of: ":") else { return nil }
        guard let port = UInt16(rest[rest.index(after: colon)...]) else { return nil }
        var host = rest[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, !host.utf8.contains(0) else { return nil }
        self = .tcp(host: String(host), port: Int(port))
    }

    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "tcp:[\(host)]:\(port)" : "tcp:\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// Throws `.invalid` for what no socket can be made of.
    func validate() throws(WireError) {
        switch self {
        case .tcp(let host, let port):
            guard !host.isEmpty, (0...65535).contains(port) else {
                throw WireError(.invalid, "\(self) is not an address")
            }
        case .unix(let path):
            let count = path.utf8.count
            guard count > 0, !path.utf8.contains(0) else { throw WireError(.invalid, "\(self) is not an address") }
            guard count <= Self.unixPathBytesMax else {
                throw WireError(
                    .invalid,
                    "socket path is \(count) bytes long, at most \(Self.unixPathBytesMax) are possible: \(path)")
            }
        }
    }
}
