internal import Hummingbird
internal import StatuscastModel

/// What a person does to one status: favourite, bookmark, pin, and mute of its thread.
struct InteractionEndpoints: Sendable {
    let acting: StatusActing
    let showing: StatusShowing
    let rules: ViewerRulesCache

    func add(to routes: Routes) {
        add("favourite", "unfavourite", .favourite, .writeFavourites, to: routes)
        add("bookmark", "unbookmark", .bookmark, .writeBookmarks, to: routes)
        add("pin", "unpin", .pin, .writeAccounts, to: routes)
        add("mute", "unmute", .mute, .writeMutes, to: routes)
    }

    private func add(_ on: String, _ off: String, _ kind: Interaction.Kind, _ scope: Scope, to routes: Routes) {
        for (verb, isOn) in [(on, true), (off, false)] {
            routes.post("/api/v1/statuses/:id/\(verb)", .person(scope)) { call async throws(ClientError) in
                let person = try call.person()
                let fragment = try await acting.original(try call.id("id"), for: person)
                try await acting.set(kind, of: fragment, by: person, isOn: isOn)
                let shown = await showing.compose(fragment, for: person, rules: await rules.entry(for: person).rules)
                return .json { shown.write(viewer: person, to: &$0) }
            }
        }
    }
}
