internal import CanonicalStore
internal import Foundation
internal import Peers
internal import StatuscastModel

extension StoreAnswers {
    private static let idsMax = 400

    func reactions(_ request: PeerReactionsQuery) async throws(PeerError) -> [PeerReactions] {
        let ids = request.statuses.prefix(Self.idsMax).map(StatusID.init(rawValue:))
        let viewer = request.viewer == 0 ? nil : AccountID(rawValue: request.viewer)
        let found = try await ask { () throws(StoreError) in try await messages.reactions(to: ids, of: viewer) }
        return found.map { PeerReactions($0.key, $0.value) }
    }

    func interactions(_ request: PeerInteractionQuery) async throws(PeerError) -> [PeerStoredInteraction] {
        let page = RelationPage(
            below: request.below == 0 ? nil : EventID(rawValue: request.below),
            above: request.above == 0 ? nil : EventID(rawValue: request.above), fromOldest: request.fromOldest,
            limit: Int(min(request.limit, 80)))
        let status = StatusID(rawValue: request.status)
        if request.kind == 0 {
            return try await ask { () throws(StoreError) in try await messages.reblogs(of: status, page) }
                .map(PeerStoredInteraction.init)
        }
        guard let kind = UInt8(exactly: request.kind).flatMap(Interaction.Kind.init(rawValue:)) else {
            throw PeerError(.invalid, "there is no interaction \(request.kind)")
        }
        return try await ask { () throws(StoreError) in
            request.status == 0
                ? try await messages.interactions(kind, by: AccountID(rawValue: request.account), page)
                : try await messages.interactions(kind, to: status, page)
        }.map(PeerStoredInteraction.init)
    }

    func threadRoots(of ids: [StatusID]) async throws(PeerError) -> [StatusID] {
        let asked = Array(ids.prefix(Self.idsMax))
        let roots = try await ask { () throws(StoreError) in try await messages.threadRoots(of: asked) }
        return asked.map { roots[$0] ?? $0 }
    }

    func thread(_ request: PeerThreadQuery) async throws(PeerError) -> PeerStoredThread {
        let parent = request.parent == 0 ? nil : StatusID(rawValue: request.parent)
        let thread = try await ask { () throws(StoreError) in
            try await messages.thread(of: StatusID(rawValue: request.status), below: parent)
        }
        var answer = PeerStoredThread()
        answer.ancestors = thread.ancestors.map(\.rawValue)
        answer.descendants = thread.descendants.map(\.rawValue)
        return answer
    }

    func versions(of status: StatusID) async throws(PeerError) -> PeerStatusVersions {
        let versions = try await ask { () throws(StoreError) in try await messages.versions(of: status) }
        var answer = PeerStatusVersions()
        answer.records = versions.map { Data($0) }
        return answer
    }
}

extension PeerReactions {
    fileprivate init(_ id: StatusID, _ reactions: StatusReactions) {
        self.init()
        status = id.rawValue
        replies = UInt32(clamping: reactions.replies)
        reblogs = UInt32(clamping: reactions.reblogs)
        favourites = UInt32(clamping: reactions.favourites)
        own = reactions.own.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
        ownReblog = reactions.ownReblog?.rawValue ?? 0
    }
}

extension PeerStoredInteraction {
    fileprivate init(_ stored: StoredInteraction) {
        self.init()
        status = stored.status.rawValue
        account = stored.account.rawValue
        cursor = stored.since.rawValue
    }
}
