internal import CanonicalStore
internal import Peers
internal import StatuscastModel

/// A request is accepted as long as it waits, and made only by who does not follow already.
enum FollowRequestRules {
    static let noRequest = PeerError(.notFound, "Record not found")

    /// For each change, in order, whether it accepts a request that has ended: in the store, or before it in the line.
    static func refusals(of changes: [Change], _ users: UserStore) async throws(PeerError) -> [PeerError?] {
        var refusals: [PeerError?] = []
        var inLine: [[AccountID]: Bool] = [:]
        for change in changes {
            var isRefused = false
            for pair in change.acceptedRequests where !isRefused {
                let waits: Bool
                if let known = inLine[pair] { waits = known } else { waits = try await self.waits(pair, users) }
                isRefused = !waits
            }
            refusals.append(isRefused ? noRequest : nil)
            guard !isRefused else { continue }
            for fact in change.facts {
                switch fact {
                case .followRequested(let follow): inLine[[follow.follower, follow.followee]] = true
                case .followRequestEnded(let follower, let followee): inLine[[follower, followee]] = false
                default: break
                }
            }
        }
        return refusals
    }

    private static func waits(_ pair: [AccountID], _ users: UserStore) async throws(PeerError) -> Bool {
        do throws(StoreError) {
            return try await users.followRequest(from: pair[0], to: pair[1]) != nil
        } catch {
            throw PeerError(error)
        }
    }
}

extension Change {
    /// Follower and followee of the requests that it ends and that it makes follows of.
    fileprivate var acceptedRequests: [[AccountID]] {
        facts.compactMap { fact in
            guard case .followed(let follow) = fact else { return nil }
            let ended = AccountEvent.Change.followRequestEnded(follower: follow.follower, followee: follow.followee)
            return facts.contains(ended) ? [follow.follower, follow.followee] : nil
        }
    }
}
