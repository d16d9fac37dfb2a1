public import StatuscastModel
internal import SwiftProtobuf

extension StoreClient {
    public func reactions(_ request: PeerReactionsQuery) async throws(PeerError) -> [PeerReactions] {
        try await channel.call(PeerMethod.reactions, request, as: PeerReactionsList.self).reactions
    }

    public func interactions(_ request: PeerInteractionQuery) async throws(PeerError) -> [PeerStoredInteraction] {
        try await channel.call(PeerMethod.interactions, request, as: PeerStoredInteractionList.self).interactions
    }

    public func threadRoots(of ids: [StatusID]) async throws(PeerError) -> [StatusID] {
        let request = PeerStatusIDs.with { $0.ids = ids.map(\.rawValue) }
        return try await channel.call(PeerMethod.threadRoots, request, as: PeerStatusIDs.self).ids
            .map(StatusID.init(rawValue:))
    }

    public func thread(_ request: PeerThreadQuery) async throws(PeerError) -> PeerStoredThread {
        try await channel.call(PeerMethod.thread, request)
    }

    public func versions(of status: StatusID) async throws(PeerError) -> PeerStatusVersions {
        try await channel.call(PeerMethod.statusVersions, PeerStatusIDs.with { $0.ids = [status.rawValue] })
    }
}
