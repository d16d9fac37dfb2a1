import Foundation
import Peers
import StatuscastModel
import SwiftProtobuf
import Synchronization

/// Blocks, mutes and filters of the store in memory.
extension StubStore {
    struct Rules {
        var blocks: Set<[UInt64]> = []
        var mutes: [[UInt64]: PeerMute] = [:]
        var filters: [PeerFilter] = []
        var calls = 0
    }

    func block(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship {
        rules.withLock { _ = $0.blocks.insert([request.account, request.target]) }
        state.withLock { state in
            state.follows.remove([request.account, request.target])
            state.follows.remove([request.target, request.account])
        }
        return relationship(request.account, request.target)
    }

    func unblock(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship {
        rules.withLock { _ = $0.blocks.remove([request.account, request.target]) }
        return relationship(request.account, request.target)
    }

    func mute(_ request: PeerMute) async throws(PeerError) -> PeerRelationship {
        rules.withLock { $0.mutes[[request.muter, request.muted]] = request }
        return relationship(request.muter, request.muted)
    }

    func unmute(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship {
        rules.withLock { $0.mutes[[request.account, request.target]] = nil }
        return relationship(request.account, request.target)
    }

    func blocks(_ request: PeerRelationQuery) async throws(PeerError) -> [PeerRelation] {
        rules.withLock { rules in
            rules.blocks.filter { $0[0] == request.account }.map { pair in
                .with {
                    $0.account = pair[1]
                    $0.cursor = pair[1]
                }
            }
        }
    }

    func mutes(_ request: PeerRelationQuery) async throws(PeerError) -> [PeerRelation] {
        rules.withLock { rules in
            rules.mutes.filter { $0.key[0] == request.account }.map { pair, mute in
                .with {
                    $0.account = pair[1]
                    $0.cursor = pair[1]
                    $0.untilUnixMilliseconds = mute.untilUnixMilliseconds
                }
            }
        }
    }

    func saveFilter(_ request: PeerFilter) async throws(PeerError) -> PeerFilter {
        rules.withLock { rules in
            var filter = request
            if filter.id == 0 { filter.id = UInt64(rules.filters.count + 1) << 16 }
            for index in filter.keywords.indices where filter.keywords[index].id == 0 {
                filter.keywords[index].id = filter.id + UInt64(index) + 1
            }
            for index in filter.statuses.indices where filter.statuses[index].id == 0 {
                filter.statuses[index].id = filter.id + 1_000 + UInt64(index)
            }
            rules.filters.removeAll { $0.id == filter.id }
            rules.filters.append(filter)
            return filter
        }
    }

    func removeFilter(_ request: PeerRemoveFilter) async throws(PeerError) {
        let isKnown = rules.withLock { rules in
            let isKnown = rules.filters.contains { $0.id == request.filter }
            rules.filters.removeAll { $0.id == request.filter }
            return isKnown
        }
        if !isKnown { throw PeerError(.notFound, "Record not found") }
    }

    func decideHeld(_ request: PeerHeldDecision) async throws(PeerError) {}

    func viewerRules(of account: AccountID) async throws(PeerError) -> PeerViewerRules {
        var found: PeerViewerRules = rules.withLock { rules in
            rules.calls += 1
            return .with {
                $0.blocking = rules.blocks.filter { $0[0] == account.rawValue }.map { $0[1] }
                $0.blockedBy = rules.blocks.filter { $0[1] == account.rawValue }.map { $0[0] }
                $0.mutes = rules.mutes.filter { $0.key[0] == account.rawValue }.map(\.value)
                $0.filters = rules.filters.filter { $0.owner == account.rawValue }
            }
        }
        addPersonal(to: &found, of: account)
        return found
    }

    private func relationship(_ viewer: UInt64, _ target: UInt64) -> PeerRelationship {
        rules.withLock { rules in
            .with {
                $0.account = target
                $0.blocking = rules.blocks.contains([viewer, target])
                $0.blockedBy = rules.blocks.contains([target, viewer])
                $0.muting = rules.mutes[[viewer, target]] != nil
                $0.mutingNotifications = rules.mutes[[viewer, target]]?.hidesNotifications ?? false
            }
        }
    }
}
