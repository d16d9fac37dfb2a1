internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// Following, and who is what to whom.
struct RelationshipEndpoints: Sendable {
    let accounts: AccountCache
    let rules: ViewerRulesCache
    let store: StoreAccess

    static let idsMax = 80

    func add(to routes: Routes) {
        routes.get("/api/v1/accounts/relationships", .person(.readFollows)) { call async throws(ClientError) in
            try await list(call)
        }
        routes.post("/api/v1/accounts/:id/follow", .person(.writeFollows)) { call async throws(ClientError) in
            try await follow(call)
        }
        routes.post("/api/v1/accounts/:id/unfollow", .person(.writeFollows)) { call async throws(ClientError) in
            try await unfollow(call)
        }
    }

    private func list(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        let ids = call.parameters.list("id").prefix(RelationshipEndpoints.idsMax).compactMap { AccountID($0) }
        let query = PeerRelationshipQuery.with {
            $0.viewer = person.rawValue
            $0.accounts = ids.map(\.rawValue)
        }
        let found = try await ask { (store) throws(PeerError) in try await store.relationships(query) }
        return .json { json in
            json.beginArray()
            for relationship in found { RelationshipJSON.write(relationship, to: &json) }
            json.endArray()
        }
    }

    private func follow(_ call: Call) async throws(ClientError) -> Response {
        var request = try request(call)
        request.showReblogs = call.parameters.flag("reblogs", default: true)
        request.notify = call.parameters.flag("notify")
        let final = request
        let relationship = try await ask { (store) throws(PeerError) in try await store.follow(final) }
        return answer(relationship, final)
    }

    private func unfollow(_ call: Call) async throws(ClientError) -> Response {
        let request = try request(call)
        let relationship = try await ask { (store) throws(PeerError) in try await store.unfollow(request) }
        return answer(relationship, request)
    }

    private func request(_ call: Call) throws(ClientError) -> PeerFollow {
        let followee: AccountID = try call.id("id")
        let follower = try call.person()
        return PeerFollow.with {
            $0.follower = follower.rawValue
            $0.followee = followee.rawValue
        }
    }

    private func answer(_ relationship: PeerRelationship, _ request: PeerFollow) -> Response {
        // The event will say it as well; whoever asks next must not see the old state even before that.
        accounts.changed(AccountID(rawValue: request.follower))
        accounts.changed(AccountID(rawValue: request.followee))
        rules.changed(AccountID(rawValue: request.follower))
        return .json { RelationshipJSON.write(relationship, to: &$0) }
    }

    private func ask<T: Sendable>(
        _ body: @escaping @Sendable (StoreClient) async throws(PeerError) -> T
    ) async throws(ClientError) -> T {
        do throws(PeerError) { return try await store.ask(body) } catch { throw ClientError(error) }
    }
}
