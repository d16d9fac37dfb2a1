internal import Hummingbird
internal import StatuscastModel

/// `/api/v1/conversations`
struct ConversationEndpoints: Sendable {
    let conversations: Conversations
    let personal: PersonalFacts
    let accounts: AccountCache
    let timelines: Timelines
    let site: Site

    static let path = "/api/v1/conversations"

    func add(to routes: Routes) {
        routes.get(ConversationEndpoints.path, .person(.readStatuses)) { call async throws(ClientError) in
            try await list(call)
        }
        routes.post(ConversationEndpoints.path + "/:id/read", .person(.writeConversations)) {
            call async throws(ClientError) in
            try await change(call) { $0.read = max($0.read, $1) }
        }
        routes.delete(ConversationEndpoints.path + "/:id", .person(.writeConversations)) {
            call async throws(ClientError) in
            _ = try await change(call) { $0.hidden = max($0.hidden, $1) }
            return .json(Array("{}".utf8))
        }
    }

    private func list(_ call: Call) async throws(ClientError) -> Response {
        let query = try PageQuery(call.parameters)
        let (all, found) = try await conversations.all(of: try call.person(), call)
        let within = all.filter { conversation in
            conversation.last.id < query.maxID ?? .max && conversation.last.id > query.minID ?? query.sinceID ?? 0
        }
        let shown = Array(query.minID == nil ? within.prefix(query.limit) : within.suffix(query.limit))
        var response = try await answer(shown, found, call) { conversations, write, json in
            json.beginArray()
            for conversation in conversations { write(conversation, &json) }
            json.endArray()
        }
        if let newest = shown.first?.last.id, let oldest = shown.last?.last.id {
            response.headers[.link] = LinkHeader.value(
                site: site, path: call.path, parameters: call.parameters, ids: (newest, oldest))
        }
        return response
    }

    private func change(
        _ call: Call, _ body: (inout ConversationState, _ last: UInt64) -> Void
    ) async throws(ClientError) -> Response {
        let person = try call.person()
        let id: StatusID = try call.id("id")
        let (all, found) = try await conversations.all(of: person, call)
        guard var conversation = all.first(where: { $0.id == id }) else { throw .notFound }
        var state = ConversationState(owner: person, conversation: id)
        if case .conversationState(let known)? = try await personal.one(.conversations, id.description, of: person)?
            .fact
        {
            state = known
        }
        body(&state, conversation.last.id)
        try await personal.keep(.conversationState(state))
        conversation.isUnread = conversation.isUnread && conversation.last.id > state.read
        return try await answer([conversation], found, call) { conversations, write, json in
            for conversation in conversations { write(conversation, &json) }
        }
    }

    private typealias Writing = (Conversations.Conversation, inout JSONWriter) -> Void

    private func answer(
        _ shown: [Conversations.Conversation], _ found: Timelines.Gathered, _ call: Call,
        _ body: ([Conversations.Conversation], Writing, inout JSONWriter) -> Void
    ) async throws(ClientError) -> Response {
        let viewer = try call.person()
        let people = await accounts.entries(for: Array(Set(shown.flatMap(\.accounts))))
        let statuses = await timelines.composed(
            shown.map(\.last), found.rules, for: viewer, in: .thread, at: .notifications(viewer)
        ).reduce(into: [:]) { $0[$1.fragment.id] = $1 }
        let write: Writing = { conversation, json in
            json.beginObject()
            json.field("id", id: conversation.id.rawValue)
            json.field("unread", conversation.isUnread)
            json.key("accounts")
            json.beginArray()
            for account in conversation.accounts { if let entry = people[account] { json.raw(entry.json) } }
            json.endArray()
            json.key("last_status")
            if let status = statuses[conversation.last.id] {
                status.write(viewer: viewer, to: &json)
            } else {
                json.null()
            }
            json.endObject()
        }
        return .json { body(shown, write, &$0) }
    }
}
