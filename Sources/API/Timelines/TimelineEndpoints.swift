internal import Hummingbird
internal import StatuscastModel

/// `/api/v1/timelines` and the statuses of one account.
struct TimelineEndpoints: Sendable {
    let timelines: Timelines
    let accounts: AccountCache
    let lists: InteractionLists

    func add(to routes: Routes) {
        routes.get("/api/v1/timelines/home", .person(.readStatuses)) { call async throws(ClientError) in
            try await page(call, .home(try call.person()), .home)
        }
        routes.get("/api/v1/timelines/public", .anybodyOr(.readStatuses)) { call async throws(ClientError) in
            // Only what was written here is known here: there is nothing remote, and no media yet.
            try await page(
                call, .public, .public, isEmpty: call.parameters.flag("remote") || call.parameters.flag("only_media"))
        }
        routes.get("/api/v1/timelines/tag/:tag", .anybodyOr(.readStatuses)) { call async throws(ClientError) in
            try await tag(call)
        }
        routes.get("/api/v1/accounts/:id/statuses", .anybodyOr(.readStatuses)) { call async throws(ClientError) in
            try await outbox(call)
        }
    }

    /// Of each of `any[]`, `all[]` and `none[]` so many count; the tag of the path is the first of `any[]`.
    private static let tagsMax = 4

    private func tag(_ call: Call) async throws(ClientError) -> Response {
        guard let name = call.captures["tag"], Hashtag.isValid(name) else { throw .notFound }
        let all = tags("all", call)
        let none = tags("none", call)
        var any = [Hashtag.folded(name)]
        for tag in tags("any", call) where !any.contains(tag) { any.append(tag) }
        let others = any.prefix(TimelineEndpoints.tagsMax).dropFirst().map { Address.tag($0) }
        // Only what was written here is known here: there is nothing remote, and no media yet.
        let isEmpty = call.parameters.flag("remote") || call.parameters.flag("only_media")
        return try await page(call, .tag(any[0]), .public, others: others, isKept: others.isEmpty, isEmpty: isEmpty) {
            fragment in
            let tags = fragment.record.tags
            return all.allSatisfy(tags.contains) && !none.contains(where: tags.contains)
        }
    }

    /// What is no tag is left out: no status has it.
    private func tags(_ name: String, _ call: Call) -> [String] {
        call.parameters.list(name).lazy.filter(Hashtag.isValid).prefix(TimelineEndpoints.tagsMax).map(Hashtag.folded)
    }

    private func outbox(_ call: Call) async throws(ClientError) -> Response {
        let account: AccountID = try call.id("id")
        let withoutReplies = call.parameters.flag("exclude_replies")
        let withoutReblogs = call.parameters.flag("exclude_reblogs")
        let tag = call.parameters.text("tagged").map(Hashtag.folded)
        if call.viewer?.account != account, await accounts.isSurelyNobody(account) { throw .notFound }
        if call.parameters.flag("pinned") { return try await lists.pinned(call, by: account) }
        // Nothing is illustrated in this release.
        let isEmpty = call.parameters.flag("only_media")
        return try await page(call, .outbox(account), .account, isEmpty: isEmpty) { fragment in
            if withoutReplies, fragment.isReply, fragment.record.inReplyToAccount != account { return false }
            if withoutReblogs, fragment.reblogged != nil { return false }
            return tag.map(fragment.record.tags.contains) ?? true
        }
    }

    /// `isKept` is false for pages whose content depends on more than the mailbox.
    private func page(
        _ call: Call, _ address: Address, _ place: ViewerRules.Place, others: [Address] = [], isKept: Bool = true,
        isEmpty: Bool = false,
        keep: @escaping @Sendable (Fragment) -> Bool = { _ in true }
    ) async throws(ClientError) -> Response {
        let query = try PageQuery(call.parameters)
        if isEmpty { return .json(Array("[]".utf8)) }
        let viewer = call.viewer?.account
        return .page(
            try await timelines.page(
                Timelines.Request(
                    address: address, others: others, query: query, path: call.path, parameters: call.parameters,
                    viewer: viewer,
                    key: isKept ? call.pageKey : nil, route: call.route, scope: .readStatuses,
                    place: place, keep: { $0.record.kind == .status && keep($0) },
                    write: { $0.write(viewer: viewer, to: &$1) })))
    }
}
