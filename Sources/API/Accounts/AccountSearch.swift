internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// Finds accounts by name, display name or address: the account of exactly that name first, whichever way it is
/// spelled.
struct AccountSearch: Sendable {
    let store: StoreAccess
    let site: Site

    static let highestLimit = 80

    func find(_ query: String, limit: Int, offset: Int) async throws(ClientError) -> [PeerAccount] {
        guard !query.hasPrefix("#") else { return [] }
        let written = site.username(inURL: query) ?? query
        let name = written.contains(where: \.isWhitespace) ? nil : AccountName(written, site: site)
        // A name at another server: nobody here is called that.
        if name == nil, query.dropFirst().contains("@") || query.contains("://") { return [] }
        let request = PeerAccountSearch.with {
            $0.query = name?.folded ?? query
            $0.limit = UInt32(limit)
            $0.offset = UInt32(clamping: offset)
        }
        return try await store.askFor { (store) throws(PeerError) in
            var found = try await store.searchAccounts(request)
            guard let name, offset == 0 else { return found }
            let exact = try await store.accounts(named: [name.folded]).filter { !$0.suspended }
            found.removeAll { account in exact.contains { $0.id == account.id } }
            return Array((exact + found).prefix(limit))
        }
    }

    /// Those whom the viewer follows.
    func followed(_ accounts: [PeerAccount], by viewer: AccountID) async throws(ClientError) -> [PeerAccount] {
        let query = PeerRelationshipQuery.with {
            $0.viewer = viewer.rawValue
            $0.accounts = accounts.map(\.id)
        }
        let found = try await store.askFor { (store) throws(PeerError) in try await store.relationships(query) }
        let followed = Set(found.filter(\.following).map(\.account))
        return accounts.filter { followed.contains($0.id) }
    }
}

extension Site {
    /// The name in `https://here/@name` and `https://here/users/name`; nil for every other address.
    func username(inURL url: String) -> String? {
        guard let path = path(inURL: url) else { return nil }
        if path.count == 1, path[0].hasPrefix("@") { return String(path[0].dropFirst()) }
        return path.count == 2 && path[0] == "users" ? String(path[1]) : nil
    }

    /// The id in `https://here/@name/1` and `https://here/users/name/statuses/1`; nil for every other address.
    func status(inURL url: String) -> StatusID? {
        guard let path = path(inURL: url) else { return nil }
        if path.count == 2, path[0].hasPrefix("@") { return StatusID(String(path[1])) }
        return path.count == 4 && path[0] == "users" && path[2] == "statuses" ? StatusID(String(path[3])) : nil
    }

    private func path(inURL url: String) -> [Substring]? {
        guard url.hasPrefix(origin + "/") else { return nil }
        return url.dropFirst(origin.count + 1).prefix { $0 != "?" && $0 != "#" }.split(separator: "/")
    }
}
