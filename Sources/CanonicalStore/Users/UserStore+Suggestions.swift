internal import GRDB
public import StatuscastModel

extension UserStore {
    /// Whom the viewer may want to follow: those whom the accounts follow that it follows, most of them first. Nobody
    /// whom it follows, has asked to follow, mutes or is kept apart from by a block; nobody who does not want to be
    /// found. Of the viewer's follows, and of theirs, only `followsMax` are looked at.
    public func suggestions(
        for viewer: AccountID, limit: Int, followsMax: Int
    ) async throws(StoreError) -> [AccountID] {
        var counts: [AccountID: Int] = [:]
        for friend in try await followed(by: viewer, limit: followsMax) {
            for id in try await followed(by: friend, limit: followsMax) where id != viewer {
                counts[id, default: 0] += 1
            }
        }
        let ranked = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        var found: [AccountID] = []
        var rest = ranked[...]
        while found.count < limit, !rest.isEmpty {
            found += try await suggestible(Array(rest.prefix(2 * limit)), to: viewer)
            rest = rest.dropFirst(2 * limit)
        }
        return Array(found.prefix(limit))
    }

    private func suggestible(_ ids: [AccountID], to viewer: AccountID) async throws(StoreError) -> [AccountID] {
        let accounts = try await accounts(ids)
        return try await relationships(of: viewer, to: ids).filter { relationship in
            guard let one = accounts[relationship.account] else { return false }
            return one.profile.discoverable && !one.account.suspended && !one.isSilenced && !one.isPending
                && relationship.following == nil && !relationship.isRequested && relationship.mute == nil
                && !relationship.isBlocking && !relationship.isBlockedBy
        }.map(\.account)
    }
}
