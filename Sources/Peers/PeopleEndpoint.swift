internal import NIOCore
internal import StatuscastModel
internal import SwiftProtobuf
public import Wire

/// Serves a `PeopleService` over the wire: register it in a `WireRouter` with `PeopleEndpoint.methods`.
public struct PeopleEndpoint: WireHandler {
    public var protocols: [WireProtocol] { [PeerProtocol.spoken] }
    public static var methods: [WireMethod] { PeerMethod.people }
    private let service: any PeopleService

    public init(service: any PeopleService) { self.service = service }

    public func handle(_ request: WireRequest, reply: WireReply) {
        let service = self.service
        switch request.method {
        case PeerMethod.ownAccount: reply.answer(request) { (r) throws(PeerError) in try await service.ownAccount(r) }
        case PeerMethod.changeProfile:
            reply.answer(request) { (r) throws(PeerError) in try await service.changeProfile(r) }
        case PeerMethod.answerFollowRequest:
            reply.answer(request) { (r) throws(PeerError) in try await service.answerFollowRequest(r) }
        case PeerMethod.removeFollower:
            reply.answer(request) { (r) throws(PeerError) in try await service.removeFollower(r) }
        case PeerMethod.setAccountNote:
            reply.answer(request) { (r) throws(PeerError) in try await service.setAccountNote(r) }
        default: handleList(request, reply: reply)
        }
    }

    private func handleList(_ request: WireRequest, reply: WireReply) {
        let service = self.service
        switch request.method {
        case PeerMethod.followRequests:
            reply.answer(request) { (r: PeerRelationQuery) throws(PeerError) in
                var list = PeerRelationList()
                list.relations = try await service.followRequests(r)
                return list
            }
        case PeerMethod.followList:
            reply.answer(request) { (r: PeerFollowListQuery) throws(PeerError) in
                var list = PeerRelationList()
                list.relations = try await service.followList(r)
                return list
            }
        case PeerMethod.familiarFollowers:
            reply.answer(request) { (r: PeerRelationshipQuery) throws(PeerError) in
                var list = PeerFamiliarFollowersList()
                list.lists = try await service.familiarFollowers(r)
                return list
            }
        case PeerMethod.searchTags:
            reply.answer(request) { (r: PeerTagSearch) throws(PeerError) in
                var list = PeerTagList()
                list.names = try await service.searchTags(r)
                return list
            }
        case PeerMethod.suggestions:
            reply.answer(request) { (r: PeerSuggestionQuery) throws(PeerError) in
                var list = PeerAccountIDs()
                list.ids = try await service.suggestions(r).map(\.rawValue)
                return list
            }
        default: reply.refuse(request.method)
        }
    }
}
