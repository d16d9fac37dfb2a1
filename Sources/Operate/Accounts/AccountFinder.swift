internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// Finds the account that somebody has written down: a name in any case, with or without `@`, or an id.
struct AccountFinder: Sendable {
    /// Names looked at for one that is near, by how they begin.
    private static let candidates = 500

    let store: OperatorClient

    init(_ peers: PeerDirectory) async throws(PeerError) { store = try await peers.operatorOfStore() }

    /// Throws `.notFound`, naming the nearest name that there is.
    func account(_ written: String) async throws -> PeerOperatorAccount {
        let name = written.hasPrefix("@") ? String(written.dropFirst()) : written
        let id = written.hasPrefix("@") ? nil : AccountID(name)
        let found = try await store.find(
            PeerFindAccounts.with {
                $0.usernames = [name]
                if let id { $0.ids = [id.rawValue] }
            })
        let byName = found.first { $0.account.username.lowercased() == name.lowercased() }
        if let account = byName ?? found.first { return account }
        let hint = try await nearest(name).map { "; did you mean \($0)?" } ?? ""
        throw OperateError(.notFound, "there is no account \"\(Terminal.harmless(name))\"\(hint)")
    }

    /// Those of a page that are known to the store, by id.
    func accounts(ids: Set<UInt64>) async throws(PeerError) -> [UInt64: PeerAccount] {
        guard !ids.isEmpty else { return [:] }
        let found = try await store.find(PeerFindAccounts.with { $0.ids = ids.sorted() })
        return Dictionary(found.map { ($0.account.id, $0.account) }) { first, _ in first }
    }

    /// Among names that begin alike, the more alike the better, as far as there are any.
    private func nearest(_ name: String) async throws(PeerError) -> String? {
        for length in stride(from: name.count - 1, through: 0, by: -1) {
            let page = try await store.list(
                PeerListAccounts.with {
                    $0.namePrefix = String(name.prefix(length))
                    $0.limit = UInt32(Self.candidates)
                })
            let names = page.filter { !$0.account.deleted }.map(\.account.username)
            if let near = NearestName.of(name, among: names) { return near }
        }
        return nil
    }
}

/// What somebody may have meant.
enum NearestName {
    /// The name with the fewest slips of the hand between; nil where a third of the letters or more would be slips.
    static func of(_ name: String, among names: [String]) -> String? {
        let allowed = max(1, (name.count - 1) / 3)
        let ranked = names.map { (slips: slips(name.lowercased(), $0.lowercased()), name: $0) }
        return ranked.filter { $0.slips <= allowed }.min { ($0.slips, $0.name) < ($1.slips, $1.name) }?.name
    }

    /// Letters left out, put in, mistaken, or swapped with the next.
    static func slips(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a), Array(b))
        var rows = [Array(0...b.count)]
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
