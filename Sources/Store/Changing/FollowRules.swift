internal import CanonicalStore
internal import Peers
internal import StatuscastModel

/// Who may follow whom.
enum FollowRules {
    static let refusal = PeerError(.forbidden, "This action is not allowed")

    /// For each change, in order, whether it follows across a block: one in the store, or one before it in the line.
    static func refusals(of changes: [Change], _ users: UserStore) async throws(PeerError) -> [PeerError?] {
        var refusals: [PeerError?] = []
        var blocksInLine: Set<[AccountID]> = []
        for change in changes {
            var isRefused = false
            for fact in change.facts {
                switch fact {
                case .blocked(let blocker, let blocked): blocksInLine.insert([blocker, blocked])
                case .followed(let follow), .followRequested(let follow):
                    let ends = [follow.follower, follow.followee]
                    let isBlockedInLine = blocksInLine.contains(ends) || blocksInLine.contains(ends.reversed())
                    let isBlocked =
                        if isBlockedInLine { true } else { try await isBlocked(follow, users) }
                    isRefused = isRefused || isBlocked
                default: break
                }
            }
            refusals.append(isRefused ? refusal : nil)
        }
        return refusals
    }

    private static func isBlocked(_ follow: AccountEvent.Follow, _ users: UserStore) async throws(PeerError) -> Bool {
        do throws(StoreError) {
            return try await users.isBlocked(follow.follower, follow.followee)
        } catch {
            throw PeerError(error)
        }
    }
}
