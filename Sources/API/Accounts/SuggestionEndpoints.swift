internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// `/api/v1/suggestions` and `/api/v2/suggestions`: whom the person may want to follow.
struct SuggestionEndpoints: Sendable {
    let accounts: AccountCache
    let store: StoreAccess

    static let defaultLimit = 40
    static let highestLimit = 80

    func add(to routes: Routes) {
        routes.get("/api/v1/suggestions", .person(.readAccounts)) { call async throws(ClientError) in
            let found = try await find(call)
            return .json { json in
                json.beginArray()
                for entry in found { json.raw(entry.json) }
                json.endArray()
            }
        }
        routes.get("/api/v2/suggestions", .person(.readAccounts)) { call async throws(ClientError) in
            let found = try await find(call)
            return .json { json in
                json.beginArray()
                for entry in found { write(entry, to: &json) }
                json.endArray()
            }
        }
    }

    private func find(_ call: Call) async throws(ClientError) -> [AccountCache.Entry] {
        let person = try call.person()
        let limit = min(
            max(call.parameters.integer("limit") ?? SuggestionEndpoints.defaultLimit, 1),
            SuggestionEndpoints.highestLimit)
        let query = PeerSuggestionQuery.with {
            $0.account = person.rawValue
            $0.limit = UInt32(limit)
        }
        let found = try await store.askFor { (store) throws(PeerError) in try await store.suggestions(query) }
        let entries = await accounts.entries(for: found)
        return found.compactMap { entries[$0] }
    }

    private func write(_ entry: AccountCache.Entry, to json: inout JSONWriter) {
        json.beginObject()
        json.field("source", "past_interactions")
        json.list("sources", ["friends_of_friends"])
        json.key("account")
        json.raw(entry.json)
        json.endObject()
    }
}
