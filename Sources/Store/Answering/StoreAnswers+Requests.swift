internal import CanonicalStore
internal import Peers
internal import StatuscastModel

extension StoreAnswers {
    func followRequests(_ request: PeerRelationQuery) async throws(PeerError) -> [PeerRelation] {
        try await ask { () throws(StoreError) in
            try await users.followRequests(to: AccountID(rawValue: request.account), RelationPage(request))
        }.map(PeerRelation.init)
    }

    func answerFollowRequest(_ request: PeerAnswerFollowRequest) async throws(PeerError) -> PeerRelationship {
        let (account, follower) = (AccountID(rawValue: request.account), AccountID(rawValue: request.follower))
        guard let follow = try await waitingRequest(from: follower, to: account) else {
            try mustKnowAll()
            throw FollowRequestRules.noRequest
        }
        if request.accept { try await accept(follow) } else { try await endRequest(from: follower, to: account) }
        return PeerRelationship(try await relationship(account, follower))
    }

    func removeFollower(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship {
        let (account, follower) = (AccountID(rawValue: request.account), AccountID(rawValue: request.target))
        let before = try await relationship(account, follower)
        guard before.isFollowedBy else { return PeerRelationship(before) }
        try await line.submit(
            Change(shard: users.shard(of: follower), facts: [.unfollowed(follower: follower, followee: account)]))
        return PeerRelationship(try await relationship(account, follower))
    }

    /// A new one, or one with other options in place of one that waits.
    func ask(for follow: AccountEvent.Follow) async throws(PeerError) {
        if try await waitingRequest(from: follow.follower, to: follow.followee) == follow { return }
        try await line.submit(Change(shard: users.shard(of: follow.follower), facts: [.followRequested(follow)]))
    }

    func endRequest(from follower: AccountID, to followee: AccountID) async throws(PeerError) {
        let fact = AccountEvent.Change.followRequestEnded(follower: follower, followee: followee)
        try await line.submit(Change(shard: users.shard(of: follower), facts: [fact]))
    }

    /// Nobody has to ask any more. Who asks just now finds the account unlocked, so that this comes to an end.
    func acceptAll(of account: AccountID) async throws(PeerError) {
        while true {
            let waiting = try await ask { () throws(StoreError) in
                try await users.followRequests(to: account, RelationPage(limit: 80))
            }
            if waiting.isEmpty { return }
            for relation in waiting {
                guard let follow = try await waitingRequest(from: relation.account, to: account) else { continue }
                do throws(PeerError) {
                    try await accept(follow)
                } catch {
                    // Taken back meanwhile, or kept apart by a block: then nobody waits for an answer.
                    guard error.code == .notFound || error.code == .forbidden else { throw error }
                    try await endRequest(from: follow.follower, to: account)
                }
            }
        }
    }

    private func accept(_ follow: AccountEvent.Follow) async throws(PeerError) {
        let ended = AccountEvent.Change.followRequestEnded(follower: follow.follower, followee: follow.followee)
        try await line.submit(Change(shard: users.shard(of: follow.follower), facts: [ended, .followed(follow)]))
    }

    private func waitingRequest(
        from follower: AccountID, to followee: AccountID
    ) async throws(PeerError) -> AccountEvent.Follow? {
        try await ask { () throws(StoreError) in try await users.followRequest(from: follower, to: followee) }
    }
}
