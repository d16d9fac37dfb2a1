import Foundation
import Peers
import StatuscastModel
import SwiftProtobuf
import Synchronization

/// What accounts did to statuses, and threads, of the store in memory.
extension StubStore {
    struct Interactions {
        var reactions: [UInt64: PeerReactions] = [:]
        /// By kind.
        var done: [UInt32: [PeerStoredInteraction]] = [:]
        var thread = PeerStoredThread()
        var versions: [Data] = []
        var calls = 0
    }

    func reactions(_ request: PeerReactionsQuery) async throws(PeerError) -> [PeerReactions] {
        let replies = state.withLock { $0.statuses.mapValues(\.repliesCount) }
        return interactions.withLock { interactions in
            interactions.calls += 1
            return request.statuses.map { id in
                interactions.reactions[id]
                    ?? .with {
                        $0.status = id
                        $0.replies = replies[id] ?? 0
                    }
            }
        }
    }

    func interactions(_ request: PeerInteractionQuery) async throws(PeerError) -> [PeerStoredInteraction] {
        interactions.withLock { $0.done[request.kind] ?? [] }.filter {
            (request.status == 0 || $0.status == request.status)
                && (request.account == 0 || $0.account == request.account)
                && (request.below == 0 || $0.cursor < request.below)
        }
    }

    func threadRoots(of ids: [StatusID]) async throws(PeerError) -> [StatusID] { ids }

    func thread(_ request: PeerThreadQuery) async throws(PeerError) -> PeerStoredThread {
        interactions.withLock { $0.thread }
    }

    func versions(of status: StatusID) async throws(PeerError) -> PeerStatusVersions {
        interactions.withLock { interactions in .with { $0.records = interactions.versions } }
    }
}
