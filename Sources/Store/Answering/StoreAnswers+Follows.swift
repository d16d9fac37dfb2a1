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
        try await line.submit(Change(shard: users.shard(of: follow.follower), facts: [.followed(follow)]))
        return PeerRelationship(try await relationship(follow.follower, follow.followee))
    }

    func unfollow(_ request: PeerFollow) async throws(PeerError) -> PeerRelationship {
        let (follower, followee) = (AccountID(rawValue: request.follower), AccountID(rawValue: request.followee))
        let before = try await relationship(follower, followee)
        guard before.following != nil else { return PeerRelationship(before) }
        try await line.submit(
            Change(shard: users.shard(of: follower), facts: [.unfollowed(follower: follower, followee: followee)]))
        return PeerRelationship(try await relationship(follower, followee))
    }
}
