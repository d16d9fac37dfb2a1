internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// `/api/v1/filters`: each keyword as a filter of its own, as clients from before the second version know it.
struct FirstFilterEndpoints: Sendable {
    let rules: ViewerRulesCache
    let store: StoreAccess

    func add(to routes: Routes) {
        routes.get("/api/v1/filters", .person(.readFilters)) { call async throws(ClientError) in
            let filters = try await all(call)
            return .json { json in
                json.beginArray()
                for filter in filters { for keyword in filter.keywords { write(filter, keyword, to: &json) } }
                json.endArray()
            }
        }
        routes.post("/api/v1/filters", .person(.writeFilters)) { call async throws(ClientError) in
            guard call.parameters.text("phrase") != nil else { throw .validation("Phrase can't be blank") }
            var filter = PeerFilter()
            filter.owner = try call.person().rawValue
            filter.keywords = [PeerFilterKeyword()]
            return try await save(&filter, 0, call)
        }
        routes.get("/api/v1/filters/:id", .person(.readFilters)) { call async throws(ClientError) in
            let (filter, index) = try await one(call)
            return .json { write(filter, filter.keywords[index], to: &$0) }
        }
        routes.on(.put, "/api/v1/filters/:id", .person(.writeFilters)) { call async throws(ClientError) in
            var (filter, index) = try await one(call)
            return try await save(&filter, index, call)
        }
        routes.delete("/api/v1/filters/:id", .person(.writeFilters)) { call async throws(ClientError) in
            try await delete(call)
        }
    }

    /// `irreversible` is what the second version calls hiding.
    private func save(
        _ filter: inout PeerFilter, _ index: Int, _ call: Call
    ) async throws(ClientError) -> Response {
        try FilterForm.fill(&filter, call.parameters)
        if let phrase = call.parameters.text("phrase") {
            filter.keywords[index].text = phrase
            if filter.keywords.count == 1 { filter.title = phrase }
        }
        filter.keywords[index].wholeWord = call.parameters.flag(
            "whole_word", default: filter.keywords[index].wholeWord)
        if call.parameters["irreversible"] != nil {
            filter.action = UInt32(
                (call.parameters.flag("irreversible") ? Filter.Action.hide : .warn).rawValue)
        }
        let request = filter
        let saved = try await store.askFor { (store) throws(PeerError) in try await store.saveFilter(request) }
        rules.changed(AccountID(rawValue: filter.owner))
        guard saved.keywords.indices.contains(index) else { throw .failure }
        return .json { write(saved, saved.keywords[index], to: &$0) }
    }

    /// With its last keyword the filter goes.
    private func delete(_ call: Call) async throws(ClientError) -> Response {
        var (filter, index) = try await one(call)
        filter.keywords.remove(at: index)
        let left = filter
        if left.keywords.isEmpty {
            let removal = PeerRemoveFilter.with {
                $0.owner = left.owner
                $0.filter = left.id
            }
            try await store.askFor { (store) throws(PeerError) in try await store.removeFilter(removal) }
        } else {
            _ = try await store.askFor { (store) throws(PeerError) in try await store.saveFilter(left) }
        }
        rules.changed(AccountID(rawValue: left.owner))
        return .json(Array("{}".utf8))
    }

    private func all(_ call: Call) async throws(ClientError) -> [PeerFilter] {
        let person = try call.person()
        return try await store.askFor { (store) throws(PeerError) in try await store.viewerRules(of: person).filters }
    }

    private func one(_ call: Call) async throws(ClientError) -> (PeerFilter, Int) {
        let id: FilterID = try call.id("id")
        for filter in try await all(call) {
            if let index = filter.keywords.firstIndex(where: { $0.id == id.rawValue }) { return (filter, index) }
        }
        throw .notFound
    }

    private func write(_ filter: PeerFilter, _ keyword: PeerFilterKeyword, to json: inout JSONWriter) {
        let known = Filter(filter)
        json.beginObject()
        json.field("id", id: keyword.id)
        json.field("phrase", keyword.text)
        json.list("context", FilterJSON.contexts.filter { known.contexts.contains($0.context) }.map(\.name))
        json.field("whole_word", keyword.wholeWord)
        json.timeField("expires_at", unixMilliseconds: known.expiresUnixMilliseconds)
        json.field("irreversible", known.action == .hide)
        json.endObject()
    }
}
