internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// Who wants to follow a locked account, and its word on it.
struct FollowRequestEndpoints: Sendable {
    let accounts: AccountCache
    let rules: ViewerRulesCache
    let store: StoreAccess
    let site: Site

    func add(to routes: Routes) {
        routes.get("/api/v1/follow_requests", .person(.readFollows)) { call async throws(ClientError) in
            try await list(call)
        }
        routes.post("/api/v1/follow_requests/:id/authorize", .person(.writeFollows)) {
            call async throws(ClientError) in try await answer(call, accept: true)
        }
        routes.post("/api/v1/follow_requests/:id/reject", .person(.writeFollows)) {
            call async throws(ClientError) in try await answer(call, accept: false)
        }
        routes.post("/api/v1/accounts/:id/remove_from_followers", .person(.writeFollows)) {
            call async throws(ClientError) in try await removeFollower(call)
        }
    }

    private func list(_ call: Call) async throws(ClientError) -> Response {
        let query = try AccountPages.query(call, of: try call.person())
        let found = try await store.askFor { (store) throws(PeerError) in try await store.followRequests(query) }
        return await AccountPages(accounts: accounts, site: site).answer(found, call)
    }

    private func answer(_ call: Call, accept: Bool) async throws(ClientError) -> Response {
        let person = try call.person()
        let follower: AccountID = try call.id("id")
        let request = PeerAnswerFollowRequest.with {
            $0.account = person.rawValue
            $0.follower = follower.rawValue
            $0.accept = accept
        }
        let relationship = try await store.askFor { (store) throws(PeerError) in
            try await store.answerFollowRequest(request)
        }
        return answer(relationship, person, follower)
    }

    private func removeFollower(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        let follower: AccountID = try call.id("id")
        let pair = PeerAccountPair.with {
            $0.account = person.rawValue
            $0.target = follower.rawValue
        }
        let relationship = try await store.askFor { (store) throws(PeerError) in try await store.removeFollower(pair) }
        return answer(relationship, person, follower)
    }

    /// The event will say it as well; whoever asks next must not see the old state even before that.
    private func answer(_ relationship: PeerRelationship, _ person: AccountID, _ follower: AccountID) -> Response {
        accounts.changed(person)
        accounts.changed(follower)
        rules.changed(follower)
        return .json { RelationshipJSON.write(relationship, to: &$0) }
    }
}
