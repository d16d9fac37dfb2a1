internal import Glibc

/// The proxies whose word about a client is believed: addresses and networks, IPv4 and IPv6.
public struct TrustedProxies: Sendable, Hashable {
    private struct Network: Sendable, Hashable {
        var bytes: [UInt8]
        var bits: Int
    }

    private var networks: [Network] = []

    public init() {}

    /// `10.0.0.1`, `10.0.0.0/8`, `2001:db8::/32`, separated by commas; nil for what is no such list.
    public init?(_ text: String) {
        for part in text.split(separator: ",") {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            let address = pieces[0].filter { $0 != " " }
            guard pieces.count <= 2, let bytes = TrustedProxies.bytes(String(address)) else { return nil }
            let written = pieces.count == 2 ? Int(pieces[1].filter { $0 != " " }) : address.contains(":") ? 128 : 32
            guard let written, written >= 0, written <= (address.contains(":") ? 128 : 32) else { return nil }
            networks.append(Network(bytes: bytes, bits: written + (address.contains(":") ? 0 : 96)))
        }
    }

    func contains(_ address: String) -> Bool {
        guard !networks.isEmpty, let bytes = TrustedProxies.bytes(address) else { return false }
        return networks.contains { network in
            zip(network.bytes, bytes).enumerated().allSatisfy { index, pair in
                let left = network.bits - 8 * index
                let mask: UInt8 = left >= 8 ? 0xFF : left <= 0 ? 0 : ~(0xFF >> UInt8(left))
                return pair.0 & mask == pair.1 & mask
            }
        }
    }

    /// 16 bytes: an IPv4 address as the IPv6 one that stands for it.
    static func bytes(_ address: String) -> [UInt8]? {
        var (four, six) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, address, &four) == 1 {
            return Array(repeating: 0, count: 10) + [0xFF, 0xFF] + withUnsafeBytes(of: four) { Array($0) }
        }
        guard inet_pton(AF_INET6, address, &six) == 1 else { return nil }
        return withUnsafeBytes(of: six) { Array($0) }
    }
}

/// Who a client is and how it came, seen through proxies that are trusted.
struct ClientOrigin: Sendable, Equatable {
    /// As rate limits see it: an IPv4 address, or the network of 64 bits of an IPv6 one.
    var network: String
    var isSecure: Bool

    static let unknown = ClientOrigin(
        peer: nil, forwardedFor: nil, forwardedProto: nil, isSecure: false, trusting: TrustedProxies())

    /// - Parameters:
    ///   - peer: the address at the other end of the connection; nil where it has none.
    ///   - forwardedFor: the header fields `X-Forwarded-For`, joined; every proxy adds whom it saw at the end. What stands
    ///     left of the first one who is not trusted may be anybody's invention.
    init(
        peer: String?, forwardedFor: String?, forwardedProto: String?, isSecure: Bool, trusting proxies: TrustedProxies
    ) {
        self.isSecure = isSecure
        guard let peer else {
            network = "unknown"
            return
        }
        var client = peer
        if proxies.contains(peer) {
            for hop in (forwardedFor ?? "").split(separator: ",").reversed() {
                let address = String(hop.filter { $0 != " " && $0 != "\t" })
                guard TrustedProxies.bytes(address) != nil else { break }
                client = address
                if !proxies.contains(address) { break }
            }
            if let scheme = forwardedProto?.split(separator: ",").last?.filter({ $0 != " " }) {
                self.isSecure = scheme.lowercased() == "https"
            }
        }
        network = ClientOrigin.network(of: client)
    }

    private static func network(of address: String) -> String {
        guard let bytes = TrustedProxies.bytes(address) else { return "unknown" }
        let isFour = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10...11].allSatisfy { $0 == 0xFF }
        if isFour { return bytes.suffix(4).map { String($0) }.joined(separator: ".") }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    }
}
