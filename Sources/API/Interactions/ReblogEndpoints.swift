internal import Hummingbird
internal import StatuscastModel

/// `/api/v1/statuses/:id/reblog`, its end, and who did it.
struct ReblogEndpoints: Sendable {
    let reblogging: Reblogging
    let lists: InteractionLists
    let showing: StatusShowing
    let rules: ViewerRulesCache

    func add(to routes: Routes) {
        routes.post("/api/v1/statuses/:id/reblog", .person(.writeStatuses)) { call async throws(ClientError) in
            let original = try await reblogging.acting.original(try call.id("id"), for: try call.person())
            let visibility = try visibility(call)
            guard let viewer = call.viewer else { throw .needsPerson }
            return await answer(call, try await reblogging.reblog(original, by: viewer, visibility))
        }
        routes.post("/api/v1/statuses/:id/unreblog", .person(.writeStatuses)) { call async throws(ClientError) in
            let person = try call.person()
            let original = try await reblogging.acting.original(try call.id("id"), for: person)
            try await reblogging.unreblog(original, by: person)
            return await answer(call, original)
        }
        routes.get("/api/v1/statuses/:id/reblogged_by", .anybodyOr(.readStatuses)) { call async throws(ClientError) in
            try await lists.accounts(call, kind: 0, .reblogged)
        }
    }

    private func visibility(_ call: Call) throws(ClientError) -> Visibility? {
        guard let name = call.parameters.text("visibility") else { return nil }
        guard let visibility = Visibility(name: name) else {
            throw .validation("Visibility is not included in the list")
        }
        return visibility
    }

    private func answer(_ call: Call, _ fragment: Fragment) async -> Response {
        let viewer = call.viewer?.account
        let shown = await showing.compose(fragment, for: viewer, rules: await rules.entry(for: viewer).rules)
        return .json { shown.write(viewer: viewer, to: &$0) }
    }
}
