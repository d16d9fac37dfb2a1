internal import HTTPTypes
internal import NIOCore
internal import StatuscastModel
internal import Synchronization
internal import SystemClock

/// Whose page of what: the request's path and query as they were sent, and the viewer.
struct PageKey: Hashable, Sendable {
    var target: String
    /// Nil: nobody is signed in.
    var viewer: AccountID?
}

/// A page as it goes out, and everything that it relies on.
final class CachedPage: Sendable {
    let body: ByteBuffer
    let headers: HTTPFields
    let route: RouteMetrics
    /// What a token must allow for it.
    let scope: Scope
    /// What stands on it, also within reblogs and notifications; none of them may be deleted or edited.
    let ids: [UInt64]
    let accounts: [(account: AccountID, version: UInt64)]
    let mailbox: WatchedMailbox
    let generation: UInt64
    /// Nil: nobody announces changes of all lanes, and the page is compared with the files on each use.
    let feeds: [HolderFeed]?
    let signature: [String: Int]
    /// Whose rules were asked, in which version, and until when these say the same.
    let rules: PageRules
    let marks: PageMarks
    /// When it was last found to be in order: generations of the deletes and of the accounts.
    private let seenTombstones: Atomic<UInt64>
    private let seenAccounts: Atomic<UInt64>
    private let seenRules: Atomic<UInt64>

    init(
        body: ByteBuffer, headers: HTTPFields, route: RouteMetrics, scope: Scope, ids: [UInt64],
        accounts: [(account: AccountID, version: UInt64)],
        mailbox: WatchedMailbox, generation: UInt64, feeds: [HolderFeed]?, signature: [String: Int],
        tombstoneGeneration: UInt64, accountGeneration: UInt64, rules: PageRules = PageRules(),
        marks: PageMarks = PageMarks()
    ) {
        self.body = body
        self.headers = headers
        self.route = route
        self.scope = scope
        self.ids = ids
        self.accounts = accounts
        self.mailbox = mailbox
        self.generation = generation
        self.feeds = feeds
        self.signature = signature
        self.rules = rules
        self.marks = marks
        seenRules = Atomic(rules.generation)
        seenTombstones = Atomic(tombstoneGeneration)
        seenAccounts = Atomic(accountGeneration)
    }

    /// About what it holds in memory.
    var bytes: Int { body.readableBytes + 24 * (ids.count + accounts.count) + 64 * marks.views.count + 1024 }

    /// Whether it may be served without asking anybody: no change was announced, and all who announce are there.
    func isCurrent(tombstones: Tombstones, accounts cache: AccountCache, rules: ViewerRulesCache) -> Bool {
        guard let feeds, mailbox.generation == generation, feeds.allSatisfy(\.isAlive) else { return false }
        return isUndisturbed(tombstones: tombstones, accounts: cache, rules: rules)
    }

    /// Whether no status on it was deleted or edited, no account on it has changed, nor what its viewer wants to see.
    func isUndisturbed(tombstones: Tombstones, accounts cache: AccountCache, rules cached: ViewerRulesCache) -> Bool {
        let tombstoneGeneration = tombstones.generation
        let seen = seenTombstones.load(ordering: .relaxed)
        if tombstoneGeneration != seen {
            if tombstones.disturbs(ids, since: seen) || tombstones.containsAny(authors: accounts.lazy.map(\.account)) {
                return false
            }
            seenTombstones.store(tombstoneGeneration, ordering: .relaxed)
        }
        let accountGeneration = cache.generation
        if accountGeneration != seenAccounts.load(ordering: .relaxed) {
            if !cache.areCurrent(accounts) { return false }
            seenAccounts.store(accountGeneration, ordering: .relaxed)
        }
        return rulesHold(cached)
    }

    private func rulesHold(_ cache: ViewerRulesCache) -> Bool {
        guard let viewer = rules.viewer else { return true }
        let generation = cache.generation
        if generation != seenRules.load(ordering: .relaxed) {
            if !cache.isCurrent(viewer, version: rules.version) { return false }
            seenRules.store(generation, ordering: .relaxed)
        }
        return rules.untilUnixMilliseconds == .max || UnixClock.milliseconds() < rules.untilUnixMilliseconds
    }
}

/// The viewer's rules by which a page was put together.
struct PageRules: Sendable {
    /// Nil: nobody's.
    var viewer: AccountID?
    var version: UInt64 = 0
    var untilUnixMilliseconds = UInt64.max
    var generation: UInt64 = 0
}

/// Pages by viewer and request, bounded by bytes. May be used from anywhere, concurrently.
final class PageCache: Sendable {
    private let pages: Mutex<BoundedCache<PageKey, CachedPage>>
    private let metrics = CacheMetrics("pages")

    init(limitBytes: Int) { pages = Mutex(BoundedCache(limit: limitBytes)) }

    func page(_ key: PageKey) -> CachedPage? { pages.withLock { $0.value(key) } }

    func insert(_ page: CachedPage, for key: PageKey) {
        pages.withLock { _ = $0.insert(page, for: key, cost: page.bytes) }
    }

    func count(hit: Bool) { if hit { metrics.hit() } else { metrics.miss() } }
}
