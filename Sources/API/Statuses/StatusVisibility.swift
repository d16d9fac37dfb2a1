internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// Who may see a status. Where the store cannot say who follows whom, the answer is no.
struct StatusVisibility: Sendable {
    let store: StoreAccess
    let accounts: AccountCache
    let rules: ViewerRulesCache

    /// Those of many that the viewer may see, in their order: rules, accounts and follows are asked for once.
    func visible(_ fragments: [Fragment], to viewer: AccountID?) async -> [Fragment] {
        let entries = await accounts.entries(for: Array(Set(fragments.map(\.author))))
        var entry = await rules.entry(for: viewer)
        let known = entry.rules
        let unknown = Set(fragments.filter { known.mayRead($0, viewer) == nil }.map(\.author))
        if let viewer, !unknown.isEmpty { entry = await rules.entry(entry, of: viewer, following: unknown) }
        let asked = entry.rules
        return fragments.filter { fragment in
            if entries[fragment.author]?.account.suspended == true { return false }
            if fragment.author == viewer { return true }
            return !fragment.isHeld && !asked.isBlocked(by: fragment.author)
                && asked.mayRead(fragment, viewer) == true
        }
    }

    func allows(_ viewer: AccountID?, toSee fragment: Fragment) async -> Bool {
        if await accounts.entries(for: [fragment.author])[fragment.author]?.account.suspended == true { return false }
        if fragment.author == viewer { return true }
        if fragment.isHeld { return false }
        if await rules.entry(for: viewer).rules.isBlocked(by: fragment.author) { return false }
        switch fragment.record.visibility {
        case .public, .unlisted: return true
        case .direct: return viewer.map { fragment.mentions($0) } ?? false
        case .private:
            guard let viewer else { return false }
            if fragment.mentions(viewer) { return true }
            return await follows(viewer, fragment.author)
        }
    }

    /// False where the store cannot be asked.
    func follows(_ follower: AccountID, _ followee: AccountID) async -> Bool {
        let answer = await store.askBriefly { (store) throws(PeerError) in
            try await store.relationships(
                PeerRelationshipQuery.with {
                    $0.viewer = follower.rawValue
                    $0.accounts = [followee.rawValue]
                })
        }
        return answer?.first?.following ?? false
    }
}
