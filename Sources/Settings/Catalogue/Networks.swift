internal import Glibc

extension Kind where Value == [String] {
    /// Addresses and CIDR networks of either family.
    static var networks: Kind {
        Kind(
            "ADDRESS or ADDRESS/BITS, comma separated or a list", isList: true, parse: networkList,
            text: { $0.joined(separator: ",") })
    }

    private static func networkList(_ text: String) -> [String]? {
        let parts = text.split(separator: ",").map { String($0.filter { $0 != " " }) }
        return parts.allSatisfy(isNetwork) ? parts : nil
    }

    private static func isNetwork(_ text: String) -> Bool {
        let pieces = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(pieces.count) else { return false }
        let isFour = isAddress(pieces[0], AF_INET)
        guard isFour || isAddress(pieces[0], AF_INET6) else { return false }
        guard pieces.count == 2 else { return true }
        return Int(pieces[1]).map { (0...(isFour ? 32 : 128)).contains($0) } ?? false
    }

    private static func isAddress(_ text: String, _ family: Int32) -> Bool {
        var room = in6_addr()
        return inet_pton(family, text, &room) == 1
    }
}
