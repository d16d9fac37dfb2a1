internal import CanonicalStore
internal import Peers
internal import StatuscastModel

extension StoreAnswers {
    func follow(_ request: PeerFollow) async throws(PeerError) -> PeerRelationship {
        let follow = AccountEvent.Follow(
            follower: AccountID(rawValue: request.follower), followee: AccountID(rawValue: request.followee),
            showReblogs: request.showReblogs, notify: request.notify)
        guard follow.follower != follow.followee else { throw PeerError(.forbidden, "This action is not allowed") }
        let before = try await relationship(follow.follower, follow.followee)
        if before.following == follow { return PeerRelationship(before) }
        if before.isBlocking || before.isBlockedBy { throw FollowRules.refusal }
        let isLocked = try await mayFollow(follow).profile.locked
        if isLocked && before.following == nil {
            try await ask(for: follow)
        } else {
            try await line.submit(Change(shard: users.shard(of: follow.follower), facts: [.followed(follow)]))
        }
        return PeerRelationship(try await relationship(follow.follower, follow.followee))
    }

    func unfollow(_ request: PeerFollow) async throws(PeerError) -> PeerRelationship {
        let (follower, followee) = (AccountID(rawValue: request.follower), AccountID(rawValue: request.followee))
        let before = try await relationship(follower, followee)
        if before.isRequested { try await endRequest(from: follower, to: followee) }
        guard before.following != nil else { return PeerRelationship(try await relationship(follower, followee)) }
        try await line.submit(
            Change(shard: users.shard(of: follower), facts: [.unfollowed(follower: follower, followee: followee)]))
        return PeerRelationship(try await relationship(follower, followee))
    }

    /// The followee. A suspended account is shown to nobody, so there is nobody to follow; and it does nothing itself.
    private func mayFollow(_ follow: AccountEvent.Follow) async throws(PeerError) -> StoredAccount {
        let found = try await ask { () throws(StoreError) in
            try await users.accounts([follow.follower, follow.followee])
        }
        guard let followee = found[follow.followee], !followee.account.suspended else {
            try mustKnowAll()
            throw PeerError(.notFound, "Record not found")
        }
        if found[follow.follower]?.account.suspended ?? true {
            throw PeerError(.forbidden, "This action is not allowed")
        }
        return followee
    }
}
