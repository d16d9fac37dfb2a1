internal import Foundation
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// Answers other fronts that ask for a status by an id that was issued here.
struct RecentStatusService: IssuerService {
    let recents: RecentStatuses

    func recentStatus(_ request: PeerRecentStatus) async throws(PeerError) -> PeerRecentDraft {
        guard let recent = recents[StatusID(rawValue: request.id)] else {
            throw PeerError(.notFound, "status \(request.id) is not recent here")
        }
        return PeerRecentDraft.with {
            $0.draft = Data(ReceiveEvent.post(recent.draft).encoded())
            $0.deleted = recent.isDeleted
        }
    }
}
