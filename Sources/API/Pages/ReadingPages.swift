internal import HTTPTypes
internal import Hummingbird
internal import Peers
internal import StatuscastModel

/// The pages behind the `url`s that accounts and statuses carry, for people with a browser and without an account.
///
/// They show what a stranger may see, work without JavaScript, and may be kept by caches for some seconds.
struct ReadingPages: Sendable {
    let timelines: Timelines
    let lookup: StatusLookup
    let accounts: AccountCache
    let site: Site
    let templates: PageTemplates

    static let feedSuffix = ".atom"

    func add(to routes: Routes) {
        routes.get(StyleSheet.path) { _ throws(ClientError) in .styleSheet(StyleSheet.text) }
        routes.page("/:handle", answer: answer) { call async throws(ClientError) in try await account(call) }
        routes.page("/:handle/:id", answer: answer) { call async throws(ClientError) in try await status(call) }
        routes.page("/tags/:tag", answer: answer) { call async throws(ClientError) in try await tag(call) }
    }

    /// What a browser is told in place of a page. Paths that are none of pages are answered as ever.
    func answer(_ error: ClientError) -> Response {
        if error.error == ClientError.unknownRoute.error { return .error(error) }
        let heading = error.status == .notFound ? "Not here" : "Not now"
        let text =
            error.status == .notFound
            ? "There is no such page, or it is not for everybody to see." : "This cannot be shown just now."
        var response = Response.html(
            templates.html(
                "message",
                ["site": site.title, "title": "\(heading) · \(site.title)", "heading": heading, "text": text]),
            status: error.status)
        for (name, value) in error.headers { response.headers[name] = value }
        return response
    }

    private func account(_ call: Call) async throws(ClientError) -> Response {
        let handle = try handle(call)
        guard handle.hasSuffix(ReadingPages.feedSuffix) else { return try await accountPage(call, named: handle) }
        let account = try await account(named: String(handle.dropLast(ReadingPages.feedSuffix.count)))
        let view = try await publicStatuses(of: account, PageQuery(limit: 20))
        return .feed(AtomFeed(site: site).xml(of: account, view.entries.map(\.fragment)))
    }

    private func accountPage(_ call: Call, named name: String) async throws(ClientError) -> Response {
        let account = try await account(named: name)
        let view = try await publicStatuses(of: account, try PageQuery(call.parameters))
        let profile = site.profileURL(account.username)
        let shown = account.displayName.isEmpty ? account.username : account.displayName
        var values: [String: Any] = [
            "site": site.title, "domain": site.domain, "title": "\(shown) (@\(account.username))", "name": shown,
            "username": account.username, "canonical": profile, "feed": profile + ReadingPages.feedSuffix,
            "note": StatusHTML.render(account.note, mentions: [], site: site),
            "posts": String(account.statusesCount), "followers": String(account.followersCount),
            "following": String(account.followingCount),
            "since": Timestamp.date(unixMilliseconds: account.createdUnixMilliseconds),
            "entries": entries(view),
        ]
        if account.silenced { values["noindex"] = true }
        if let staleness = view.staleness { values["stale"] = staleness }
        if let older = view.olderThan { values["older"] = "\(profile)?max_id=\(older)" }
        return .html(templates.html("account", values))
    }

    private func status(_ call: Call) async throws(ClientError) -> Response {
        let name = try handle(call)
        let id: StatusID = try call.id("id")
        let account = try await account(named: name)
        guard case .found(let fragment, _) = await lookup.find(id) else { throw .notFound }
        guard fragment.author.rawValue == account.id, fragment.isForStrangers else { throw .notFound }
        var values: [String: Any] = [
            "site": site.title, "title": "@\(account.username) · \(site.title)",
            "canonical": site.statusURL(account.username, fragment.id),
            "entries": [EntryValues.values(fragment, account, site: site)],
        ]
        if account.silenced || fragment.record.visibility == .unlisted { values["noindex"] = true }
        if let parent = fragment.record.inReplyTo, let url = await publicURL(of: parent) { values["replyTo"] = url }
        return .html(templates.html("thread", values))
    }

    private func tag(_ call: Call) async throws(ClientError) -> Response {
        guard let name = call.captures["tag"], Hashtag.isValid(name) else { throw .notFound }
        let folded = Hashtag.folded(name)
        let view = try await timelines.publicView(of: .tag(folded), try PageQuery(call.parameters)) {
            $0.isForStrangers
        }
        var values: [String: Any] = [
            "site": site.title, "title": "#\(name) · \(site.title)", "heading": "#\(name)", "entries": entries(view),
            "canonical": site.tagURL(folded),
        ]
        if let staleness = view.staleness { values["stale"] = staleness }
        if let older = view.olderThan { values["older"] = "\(site.tagURL(folded))?max_id=\(older)" }
        return .html(templates.html("list", values))
    }

    /// Nil where a stranger cannot see it.
    private func publicURL(of id: StatusID) async -> String? {
        guard case .found(let fragment, _) = await lookup.find(id), fragment.isForStrangers else { return nil }
        return site.statusURL(fragment.authorUsername, fragment.id)
    }

    private func entries(_ view: Timelines.PublicView) -> [[String: Any]] {
        view.entries.map { EntryValues.values($0.fragment, $0.account, site: site) }
    }

    private func publicStatuses(
        of account: PeerAccount, _ query: PageQuery
    ) async throws(ClientError) -> Timelines.PublicView {
        try await timelines.publicView(of: .outbox(AccountID(rawValue: account.id)), query) { $0.isForStrangers }
    }

    /// `@name`, without the sign. What begins otherwise is no page of ours.
    private func handle(_ call: Call) throws(ClientError) -> String {
        guard let handle = call.captures["handle"], handle.hasPrefix("@") else { throw .unknownRoute }
        return String(handle.dropFirst())
    }

    private func account(named name: String) async throws(ClientError) -> PeerAccount {
        guard Username.isValid(name) else { throw .notFound }
        guard let account = await accounts.entries(named: [name])[name.lowercased()]?.account, !account.suspended
        else { throw .notFound }
        return account
    }
}

extension Fragment {
    /// Whether people without an account may see it. What was passed on is shown where it was written.
    var isForStrangers: Bool {
        record.kind == .status && reblogged == nil && !isHeld
            && (record.visibility == .public || record.visibility == .unlisted)
    }
}
