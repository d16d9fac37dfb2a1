internal import Foundation
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// Answers other fronts that ask for a status by an id that was issued here.
struct RecentStatusService: IssuerService {
    let recents: RecentStatuses

    /// `.notFound` says for sure that there is no such status; `.unavailable` that nobody here knows any more.
    func recentStatus(_ request: PeerRecentStatus) async throws(PeerError) -> PeerRecentDraft {
        let id = StatusID(rawValue: request.id)
        guard let recent = recents[id] else {
            if recents.mayHaveForgotten(id) { throw PeerError(.unavailable, "status \(id) may be forgotten here") }
            throw PeerError(.notFound, "status \(request.id) is not recent here")
        }
        return PeerRecentDraft.with {
            let event = recent.reblog.map(ReceiveEvent.reblog) ?? .post(recent.draft)
            $0.draft = Data(event.encoded())
            $0.deleted = recent.isDeleted
        }
    }
}
