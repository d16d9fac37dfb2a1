internal import HTTPTypes
internal import Logging
internal import Mailbox
internal import NIOCore
internal import Peers
internal import StatuscastModel

/// Pages of mailboxes, from memory as long as nothing they show has changed.
///
/// A page that cannot be fresh, because a holder does not answer or is catching up, is served as it lies on disk and
/// says why in `X-Statuscast-Stale`.
struct Timelines: Sendable {
    let watches: MailboxWatches
    let files: MailboxFiles
    let accounts: AccountCache
    let tombstones: Tombstones
    let rules: ViewerRulesCache
    let pages: PageCache
    let showing: StatusShowing
    let site: Site
    let logger: Logger

    /// What is to be shown of an address, and how.
    struct Request: Sendable {
        var address: Address
        /// Mailboxes whose pages are merged into it. Such a page is never kept.
        var others: [Address] = []
        var query: PageQuery
        /// The path and the parameters for the `Link` header.
        var path: String
        var parameters: RequestParameters
        var viewer: AccountID?
        /// Nil: the page is never kept.
        var key: PageKey?
        var route: RouteMetrics
        /// What a token must allow to see it.
        var scope: Scope
        /// Where the viewer's rules have to hold.
        var place: ViewerRules.Place
        var keep: @Sendable (Fragment) -> Bool = { $0.record.kind == .status }
        /// Writes one entry.
        var write: @Sendable (Shown, inout JSONWriter) -> Void
    }

    /// The kept page if it can be served without asking anybody.
    func current(_ key: PageKey) -> CachedPage? {
        guard let page = pages.page(key), isCurrent(page), showing.marks.holds(page.marks) else { return nil }
        pages.count(hit: true)
        return page
    }

    private func isCurrent(_ page: CachedPage) -> Bool {
        page.isCurrent(tombstones: tombstones, accounts: accounts, rules: rules)
    }

    func page(_ request: Request) async throws(ClientError) -> CachedPage {
        // Where its counts are old, they are asked for; the page need not be put together again if they are the same.
        if let key = request.key, let page = pages.page(key), isCurrent(page),
            await showing.marks.stillHolds(page.marks)
        {
            pages.count(hit: true)
            return page
        }
        // What was deleted must not show, whatever the files say.
        guard tombstones.isLoaded else { throw .unavailable("The list of deletes is not loaded yet") }
        if !request.others.isEmpty { return try await mergedPage(request) }
        let preparation = await watches.prepare(request.address)
        do {
            if let kept = try await comparable(request, preparation) { return kept }
            pages.count(hit: false)
            // Taken before anything is read: what changes from here on shows as a difference.
            let tombstoneGeneration = tombstones.generation
            let accountGeneration = accounts.generation
            let rulesGeneration = rules.generation
            var entry = await rules.entry(for: request.viewer)
            let slice = try await read(preparation.mailbox.location, request, &entry)
            let page = await assemble(
                request, preparation, slice, tombstoneGeneration, accountGeneration, rulesGeneration, entry)
            keep(page, request, preparation)
            return page
        } catch {
            logger.error("the mailbox \(request.address) cannot be read: \(error)")
            throw .unavailable("This timeline cannot be read just now")
        }
    }

    /// What a stranger sees of an address, to be shown in another form than JSON.
    struct PublicView: Sendable {
        /// Newest first.
        var entries: [(fragment: Fragment, account: PeerAccount?)]
        /// Where the older page begins; nil where there is none.
        var olderThan: UInt64?
        var staleness: String?
    }

    /// Throws as `page` does.
    func publicView(
        of address: Address, _ query: PageQuery, keep: @escaping @Sendable (Fragment) -> Bool
    ) async throws(ClientError) -> PublicView {
        guard tombstones.isLoaded else { throw .unavailable("The list of deletes is not loaded yet") }
        let preparation = await watches.prepare(address)
        do {
            let slice = try await files.page(of: preparation.mailbox.location, query, keep: keep)
            let entries = await accounts.entries(for: Array(Set(slice.fragments.map(\.author))))
            let shown = slice.fragments.map { (fragment: $0, account: entries[$0.author]?.account) }
                .filter { $0.account.map { !isHidden(by: $0, from: nil, in: address) } ?? true }
            let mayGoOn = slice.isUnfinished || slice.fragments.count == query.limit
            return PublicView(
                entries: shown, olderThan: mayGoOn ? slice.range?.oldest : nil, staleness: preparation.staleness)
        } catch {
            logger.error("the mailbox \(address) cannot be read: \(error)")
            throw .unavailable("This timeline cannot be read just now")
        }
    }

    /// A page of several mailboxes, each prepared and read like one alone.
    private func mergedPage(_ request: Request) async throws(ClientError) -> CachedPage {
        let addresses = [request.address] + request.others
        let preparations = await prepare(addresses)
        let tombstoneGeneration = tombstones.generation
        let accountGeneration = accounts.generation
        let rulesGeneration = rules.generation
        var entry = await rules.entry(for: request.viewer)
        do {
            var slices: [MailboxFiles.Slice] = []
            for preparation in preparations {
                slices.append(try await read(preparation.mailbox.location, request, &entry))
            }
            let slice = MailboxFiles.Slice.merged(
                slices, limit: request.query.limit, fromOldest: request.query.minID != nil)
            let reasons = Set(preparations.compactMap(\.staleness)).sorted().joined(separator: ", ")
            let merged = MailboxWatches.Preparation(
                mailbox: preparations[0].mailbox, generation: preparations[0].generation, feeds: nil,
                staleness: reasons.isEmpty ? nil : reasons)
            return await assemble(
                request, merged, slice, tombstoneGeneration, accountGeneration, rulesGeneration, entry)
        } catch {
            logger.error("the mailboxes \(addresses) cannot be read: \(error)")
            throw .unavailable("This timeline cannot be read just now")
        }
    }

    /// How often a page is read again because of authors whom its viewer turned out not to follow.
    private static let followRoundsMax = 4

    /// The page of what the viewer wants to see and may see. Adds to the entry which of the authors the viewer follows.
    func read(
        _ location: MailboxLocation, _ request: Request, _ entry: inout ViewerRulesCache.Entry
    ) async throws(MailboxError) -> MailboxFiles.Slice {
        var slice = try await files.page(of: location, request.query, keep: shown(request, entry.rules))
        guard let viewer = request.viewer else { return slice }
        for _ in 0..<Timelines.followRoundsMax {
            let known = entry.rules
            let unknown = Set(slice.fragments.filter { known.mayRead($0, viewer) == nil }.map(\.author))
            if unknown.isEmpty { return slice }
            entry = await rules.entry(entry, of: viewer, following: unknown)
            if unknown.allSatisfy(entry.rules.isFollowing) { return slice }
            slice = try await files.page(of: location, request.query, keep: shown(request, entry.rules))
        }
        let known = entry.rules
        slice.fragments.removeAll { known.mayRead($0, viewer) != true }
        return slice
    }

    /// Lets through what hangs on an author who was not asked about.
    private func shown(_ request: Request, _ rules: ViewerRules) -> @Sendable (Fragment) -> Bool {
        let (place, viewer, keep) = (request.place, request.viewer, request.keep)
        return { keep($0) && rules.shows($0, in: place, to: viewer) && rules.mayRead($0, viewer) != false }
    }

    /// All at the same time, in the order of the addresses.
    func prepare(_ addresses: [Address]) async -> [MailboxWatches.Preparation] {
        await withTaskGroup(of: (Int, MailboxWatches.Preparation).self) { group in
            for (index, address) in addresses.enumerated() {
                group.addTask { (index, await watches.prepare(address)) }
            }
            var prepared: [(Int, MailboxWatches.Preparation)] = []
            for await one in group { prepared.append(one) }
            return prepared.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// A kept page of a mailbox whose changes nobody announces: good if the files are still the same.
    private func comparable(
        _ request: Request, _ preparation: MailboxWatches.Preparation
    ) async throws(MailboxError) -> CachedPage? {
        guard preparation.feeds == nil, let key = request.key, let page = pages.page(key),
            page.headers[.statuscastStale] == preparation.staleness,
            page.isUndisturbed(tombstones: tombstones, accounts: accounts, rules: rules)
        else { return nil }
        let signature = try await files.signature(of: preparation.mailbox.location)
        guard signature == page.signature, await showing.marks.stillHolds(page.marks) else { return nil }
        pages.count(hit: true)
        return page
    }

    private func assemble(
        _ request: Request, _ preparation: MailboxWatches.Preparation, _ slice: MailboxFiles.Slice,
        _ tombstoneGeneration: UInt64, _ accountGeneration: UInt64, _ rulesGeneration: UInt64,
        _ known: ViewerRulesCache.Entry
    ) async -> CachedPage {
        let composed = await showing.compose(
            slice.fragments, for: request.viewer, rules: known.rules, in: request.place)
        let entries = composed.accounts
        var json = JSONWriter(reserving: 2048 * slice.fragments.count + 16)
        json.beginArray()
        for shown in composed.shown where !isHidden(shown, entries, from: request.viewer, in: request.address) {
            request.write(shown, &json)
        }
        json.endArray()
        let ids = Array(Set(slice.fragments.map(\.id)).union(composed.marks.views.keys))
        let link = LinkHeader.value(
            site: site, path: request.path, parameters: request.parameters, ids: slice.range)
        var headers = CommonHeaders.json
        headers[.contentLength] = String(json.bytes.count)
        headers[.eTag] = EntityTag.weak(of: json.bytes)
        if let link { headers[.link] = link }
        if let staleness = preparation.staleness { headers[.statuscastStale] = staleness }
        return CachedPage(
            body: ByteBuffer(bytes: json.bytes), headers: headers, route: request.route, scope: request.scope,
            ids: ids, accounts: composed.authors.map { (account: $0, version: entries[$0]?.version ?? 0) },
            mailbox: preparation.mailbox, generation: preparation.generation, feeds: preparation.feeds,
            signature: slice.signature, tombstoneGeneration: tombstoneGeneration,
            accountGeneration: accountGeneration,
            rules: PageRules(
                viewer: request.viewer, version: known.version,
                untilUnixMilliseconds: known.rules.validUntilUnixMilliseconds, generation: rulesGeneration),
            marks: composed.marks)
    }

    /// Also for what it repeats or tells of.
    func isHidden(
        _ shown: Shown, _ entries: [AccountID: AccountCache.Entry], from viewer: AccountID?, in address: Address
    ) -> Bool {
        if let about = shown.about, isHidden(about, entries, from: viewer, in: address) { return true }
        return entries[shown.fragment.author].map { isHidden(by: $0.account, from: viewer, in: address) } ?? false
    }

    /// A suspended account is shown to nobody, a silenced one to no strangers. What it wrote since does not come here;
    /// what it wrote before lies in the files.
    private func isHidden(by author: PeerAccount, from viewer: AccountID?, in address: Address) -> Bool {
        if author.suspended { return true }
        guard author.silenced, author.id != viewer?.rawValue else { return false }
        switch address {
        case .public, .tag: return true
        default: return false
        }
    }

    /// Keeps the page unless something was announced while it was read, or an account is shown that is only a stand-in.
    private func keep(_ page: CachedPage, _ request: Request, _ preparation: MailboxWatches.Preparation) {
        guard let key = request.key, page.accounts.allSatisfy({ $0.version != 0 }),
            page.mailbox.generation == page.generation, request.viewer == nil || page.rules.version != 0
        else { return }
        pages.insert(page, for: key)
    }
}
