internal import Foundation
internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// Changing a status, what it said before, and its text as it was written.
struct EditEndpoints: Sendable {
    let editing: StatusEditing
    let showing: StatusShowing
    let rules: ViewerRulesCache
    let store: StoreAccess
    let site: Site

    func add(to routes: Routes) {
        routes.on(.put, "/api/v1/statuses/:id", .person(.writeStatuses)) { call async throws(ClientError) in
            try await edit(call)
        }
        routes.get("/api/v1/statuses/:id/history", .anybodyOr(.readStatuses)) { call async throws(ClientError) in
            try await history(call)
        }
        routes.get("/api/v1/statuses/:id/source", .anybodyOr(.readStatuses)) { call async throws(ClientError) in
            try await source(call)
        }
    }

    private func edit(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        let fragment = try await editing.acting.status(try call.id("id"), for: person)
        // Other people's statuses do not exist for this purpose, and a reblog has nothing of its own.
        guard fragment.author == person, fragment.reblogged == nil else { throw .notFound }
        let posted = try PostedStatus(call.parameters)
        let language = call.parameters.text("language") == nil ? nil : posted.language
        let newest = try await editing.edit(fragment, posted, language: language)
        let shown = await showing.compose(newest, for: person, rules: await rules.entry(for: person).rules)
        return .json { shown.write(viewer: person, to: &$0) }
    }

    /// The first version first. What has not come to the store is the newest, and known here.
    private func history(_ call: Call) async throws(ClientError) -> Response {
        let fragment = try await editing.acting.original(try call.id("id"), for: call.viewer?.account)
        let id = StatusID(rawValue: fragment.id)
        let stored = try await store.askFor { (store) throws(PeerError) in try await store.versions(of: id) }
        var versions = stored.records.compactMap { try? RecordReading.fragment(Array($0)[...], site: site) }
        if versions.last.map({ $0.version < fragment.version }) ?? true { versions.append(fragment) }
        let account = await showing.accounts.entries(for: [fragment.author])[fragment.author]?.json
        var json = JSONWriter(reserving: 2048 * versions.count)
        json.beginArray()
        for version in versions {
            StatusJSON.writeVersion(
                version.record, account: account ?? fragment.standInAccount(site: site), site: site, to: &json)
        }
        json.endArray()
        return .json(json.bytes)
    }

    private func source(_ call: Call) async throws(ClientError) -> Response {
        let fragment = try await editing.acting.original(try call.id("id"), for: call.viewer?.account)
        return .json { json in
            json.beginObject()
            json.field("id", id: fragment.id)
            json.field("text", fragment.record.text)
            json.field("spoiler_text", fragment.record.spoiler)
            json.endObject()
        }
    }
}
