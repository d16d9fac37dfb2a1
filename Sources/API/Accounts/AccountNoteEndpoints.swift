internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// What people write down about others for themselves; and endorsements, of which there are none.
struct AccountNoteEndpoints: Sendable {
    let accounts: AccountCache
    let store: StoreAccess

    func add(to routes: Routes) {
        routes.post("/api/v1/accounts/:id/note", .person(.writeAccounts)) { call async throws(ClientError) in
            try await setNote(call)
        }
        routes.get("/api/v1/accounts/:id/endorsements", .anybodyOr(.readAccounts)) { call async throws(ClientError) in
            let account: AccountID = try call.id("id")
            if await accounts.isSurelyNobody(account) { throw .notFound }
            return .json(Array("[]".utf8))
        }
        for word in ["pin", "endorse"] {
            routes.post("/api/v1/accounts/:id/\(word)", .person(.writeAccounts)) { _ throws(ClientError) in
                throw .validation("Endorsements are not supported")
            }
        }
        for word in ["unpin", "unendorse"] {
            routes.post("/api/v1/accounts/:id/\(word)", .person(.writeAccounts)) { call async throws(ClientError) in
                try await relationship(call)
            }
        }
    }

    private func setNote(_ call: Call) async throws(ClientError) -> Response {
        let target: AccountID = try call.id("id")
        let person = try call.person()
        let request = PeerSetAccountNote.with {
            $0.owner = person.rawValue
            $0.target = target.rawValue
            $0.text = call.parameters["comment"] ?? ""
        }
        let relationship = try await store.askFor { (store) throws(PeerError) in
            try await store.setAccountNote(request)
        }
        return .json { RelationshipJSON.write(relationship, to: &$0) }
    }

    /// Nothing was endorsed, so nothing changes.
    private func relationship(_ call: Call) async throws(ClientError) -> Response {
        let target: AccountID = try call.id("id")
        let person = try call.person()
        let query = PeerRelationshipQuery.with {
            $0.viewer = person.rawValue
            $0.accounts = [target.rawValue]
        }
        let found = try await store.askFor { (store) throws(PeerError) in try await store.relationships(query) }
        guard let relationship = found.first else { throw .notFound }
        return .json { RelationshipJSON.write(relationship, to: &$0) }
    }
}
