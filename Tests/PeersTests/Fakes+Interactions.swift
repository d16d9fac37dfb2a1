import Foundation
import Peers
import StatuscastModel
import SwiftProtobuf

extension FakeStore {
    func reactions(_ request: PeerReactionsQuery) async throws(PeerError) -> [PeerReactions] {
        request.statuses.map { id in
            .with {
                $0.status = id
                $0.own = UInt32(request.viewer)
            }
        }
    }

    func interactions(_ request: PeerInteractionQuery) async throws(PeerError) -> [PeerStoredInteraction] {
        [.with { $0.cursor = UInt64(request.kind) }]
    }

    func threadRoots(of ids: [StatusID]) async throws(PeerError) -> [StatusID] { ids.reversed() }

    func thread(_ request: PeerThreadQuery) async throws(PeerError) -> PeerStoredThread {
        .with {
            $0.ancestors = [request.parent]
            $0.descendants = [request.status]
        }
    }

    func versions(of status: StatusID) async throws(PeerError) -> PeerStatusVersions {
        .with { $0.records = [Data([UInt8(truncatingIfNeeded: status.rawValue)])] }
    }
}
