internal import CanonicalStore
internal import Peers
internal import StatuscastModel
internal import SystemClock

extension StoreAnswers {
    /// The block is durable first: from then on no follow between the two is taken, so those that are found afterwards
    /// are the last. Where it ends in between, blocking again ends them.
    func block(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship {
        let (blocker, blocked) = try pair(request)
        if !(try await relationship(blocker, blocked)).isBlocking {
            try await line.submit(
                Change(shard: users.shard(of: blocker), facts: [.blocked(blocker: blocker, blocked: blocked)]))
        }
        let left = try await relationship(blocker, blocked)
        if left.following != nil { try await endFollow(of: blocked, by: blocker) }
        if left.isFollowedBy { try await endFollow(of: blocker, by: blocked) }
        if left.isRequested { try await endRequest(from: blocker, to: blocked) }
        if left.isRequestedBy { try await endRequest(from: blocked, to: blocker) }
        return PeerRelationship(try await relationship(blocker, blocked))
    }

    func unblock(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship {
        let (blocker, blocked) = try pair(request)
        let before = try await relationship(blocker, blocked)
        guard before.isBlocking else { return PeerRelationship(before) }
        try await line.submit(
            Change(shard: users.shard(of: blocker), facts: [.unblocked(blocker: blocker, blocked: blocked)]))
        return PeerRelationship(try await relationship(blocker, blocked))
    }

    func mute(_ request: PeerMute) async throws(PeerError) -> PeerRelationship {
        let (muter, muted) = (AccountID(rawValue: request.muter), AccountID(rawValue: request.muted))
        let mute = Mute(
            muter: muter, muted: muted, untilUnixMilliseconds: request.untilUnixMilliseconds,
            hidesNotifications: request.hidesNotifications)
        guard muter != muted else { throw PeerError(.forbidden, "This action is not allowed") }
        let before = try await relationship(muter, muted)
        if before.mute == mute { return PeerRelationship(before) }
        try await line.submit(Change(shard: users.shard(of: muter), facts: [.muted(mute)]))
        return PeerRelationship(try await relationship(muter, muted))
    }

    func unmute(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship {
        let (muter, muted) = try pair(request)
        let before = try await relationship(muter, muted)
        guard before.mute != nil else { return PeerRelationship(before) }
        try await line.submit(Change(shard: users.shard(of: muter), facts: [.unmuted(muter: muter, muted: muted)]))
        return PeerRelationship(try await relationship(muter, muted))
    }

    func blocks(_ request: PeerRelationQuery) async throws(PeerError) -> [PeerRelation] {
        try await ask { () throws(StoreError) in
            try await users.blocks(of: AccountID(rawValue: request.account), RelationPage(request))
        }.map(PeerRelation.init)
    }

    func mutes(_ request: PeerRelationQuery) async throws(PeerError) -> [PeerRelation] {
        try await ask { () throws(StoreError) in
            try await users.mutes(
                of: AccountID(rawValue: request.account), atUnixMilliseconds: UnixClock.milliseconds(),
                RelationPage(request))
        }.map(PeerRelation.init)
    }

    func viewerRules(of account: AccountID) async throws(PeerError) -> PeerViewerRules {
        let rules = try await ask { () throws(StoreError) in
            try await users.rules(of: account, atUnixMilliseconds: UnixClock.milliseconds())
        }
        let filters = try await ask { () throws(StoreError) in try await users.filters(of: account) }
        var answer = PeerViewerRules()
        answer.blocking = rules.blocking.map(\.rawValue)
        answer.blockedBy = rules.blockedBy.map(\.rawValue)
        answer.mutes = rules.mutes.map(PeerMute.init)
        answer.filters = filters.map(PeerFilter.init)
        try await addPersonal(to: &answer, of: account)
        return answer
    }

    func relationship(
        _ viewer: AccountID, _ account: AccountID
    ) async throws(PeerError) -> StoredRelationship {
        let found = try await ask { () throws(StoreError) in try await users.relationships(of: viewer, to: [account]) }
        guard let relationship = found.first else {
            try mustKnowAll()
            throw PeerError(.notFound, "Record not found")
        }
        return relationship
    }

    private func pair(_ request: PeerAccountPair) throws(PeerError) -> (AccountID, AccountID) {
        guard request.account != request.target else { throw PeerError(.forbidden, "This action is not allowed") }
        return (AccountID(rawValue: request.account), AccountID(rawValue: request.target))
    }

    private func endFollow(of followee: AccountID, by follower: AccountID) async throws(PeerError) {
        try await line.submit(
            Change(shard: users.shard(of: follower), facts: [.unfollowed(follower: follower, followee: followee)]))
    }
}

extension RelationPage {
    init(_ request: PeerRelationQuery) {
        self.init(
            below: request.below == 0 ? nil : EventID(rawValue: request.below),
            above: request.above == 0 ? nil : EventID(rawValue: request.above), fromOldest: request.fromOldest,
            limit: Int(min(request.limit, 80)))
    }
}
