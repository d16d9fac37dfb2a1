internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// `/api/v2/filters` and the keywords in them. A filter is one thing to the store: a change of a keyword saves it anew.
struct FilterEndpoints: Sendable {
    let rules: ViewerRulesCache
    let store: StoreAccess

    func add(to routes: Routes) {
        routes.get("/api/v2/filters", .person(.readFilters)) { call async throws(ClientError) in
            let filters = try await all(call)
            return .json { json in FilterJSON.write(filters, to: &json) }
        }
        routes.post("/api/v2/filters", .person(.writeFilters)) { call async throws(ClientError) in
            var filter = PeerFilter()
            filter.owner = try call.person().rawValue
            try FilterForm.fill(&filter, call.parameters)
            return answer(try await save(filter))
        }
        routes.get("/api/v2/filters/:id", .person(.readFilters)) { call async throws(ClientError) in
            answer(try await one(call))
        }
        routes.on(.put, "/api/v2/filters/:id", .person(.writeFilters)) { call async throws(ClientError) in
            var filter = try await one(call)
            try FilterForm.fill(&filter, call.parameters)
            return answer(try await save(filter))
        }
        routes.delete("/api/v2/filters/:id", .person(.writeFilters)) { call async throws(ClientError) in
            let person = try call.person()
            let id: FilterID = try call.id("id")
            let request = PeerRemoveFilter.with {
                $0.owner = person.rawValue
                $0.filter = id.rawValue
            }
            try await store.askFor { (store) throws(PeerError) in try await store.removeFilter(request) }
            rules.changed(person)
            return .json(Array("{}".utf8))
        }
        addKeywords(to: routes)
        addStatuses(to: routes)
    }

    private func addKeywords(to routes: Routes) {
        routes.get("/api/v2/filters/:id/keywords", .person(.readFilters)) { call async throws(ClientError) in
            let filter = try await one(call)
            return .json { json in FilterJSON.writeKeywords(filter.keywords, to: &json) }
        }
        routes.post("/api/v2/filters/:id/keywords", .person(.writeFilters)) { call async throws(ClientError) in
            var filter = try await one(call)
            var keyword = PeerFilterKeyword()
            keyword.text = call.parameters["keyword"] ?? ""
            keyword.wholeWord = call.parameters.flag("whole_word")
            filter.keywords.append(keyword)
            let saved = try await save(filter)
            guard let added = saved.keywords.last else { throw .failure }
            return .json { json in FilterJSON.write(added, to: &json) }
        }
        routes.get("/api/v2/filters/keywords/:id", .person(.readFilters)) { call async throws(ClientError) in
            let (filter, index) = try await keyword(call)
            return .json { json in FilterJSON.write(filter.keywords[index], to: &json) }
        }
        routes.on(.put, "/api/v2/filters/keywords/:id", .person(.writeFilters)) { call async throws(ClientError) in
            var (filter, index) = try await keyword(call)
            if let text = call.parameters["keyword"] { filter.keywords[index].text = text }
            if call.parameters["whole_word"] != nil {
                filter.keywords[index].wholeWord = call.parameters.flag("whole_word")
            }
            let saved = try await save(filter)
            return .json { json in FilterJSON.write(saved.keywords[index], to: &json) }
        }
        routes.delete("/api/v2/filters/keywords/:id", .person(.writeFilters)) { call async throws(ClientError) in
            var (filter, index) = try await keyword(call)
            filter.keywords.remove(at: index)
            _ = try await save(filter)
            return .json(Array("{}".utf8))
        }
    }

    func all(_ call: Call) async throws(ClientError) -> [PeerFilter] {
        let person = try call.person()
        return try await store.askFor { (store) throws(PeerError) in try await store.viewerRules(of: person).filters }
    }

    func one(_ call: Call) async throws(ClientError) -> PeerFilter {
        let id: FilterID = try call.id("id")
        guard let filter = try await all(call).first(where: { $0.id == id.rawValue }) else { throw .notFound }
        return filter
    }

    private func keyword(_ call: Call) async throws(ClientError) -> (PeerFilter, Int) {
        let id: FilterID = try call.id("id")
        for filter in try await all(call) {
            if let index = filter.keywords.firstIndex(where: { $0.id == id.rawValue }) { return (filter, index) }
        }
        throw .notFound
    }

    func save(_ filter: PeerFilter) async throws(ClientError) -> PeerFilter {
        let saved = try await store.askFor { (store) throws(PeerError) in try await store.saveFilter(filter) }
        rules.changed(AccountID(rawValue: filter.owner))
        return saved
    }

    private func answer(_ filter: PeerFilter) -> Response { .json { FilterJSON.write(filter, to: &$0) } }
}
