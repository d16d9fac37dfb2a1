import HashRing
import Logging
import NIOCore
import NIOPosix
import Peers
import StatuscastModel
import SystemClock
import Testing
import Wire

@testable import API

/// When a kept page may be served, and when not.
@Suite struct PageCacheTests {
    let mailbox = WatchedMailbox(.public)
    let tombstones = Tombstones()
    let accounts: AccountCache
    let rules: ViewerRulesCache
    let feed: HolderFeed

    init() throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let address = WireAddress.unix(path: "/nonexistent/socket")
        let configuration = APIConfiguration(sharedDirectory: "/nonexistent", listen: address)
        let store = StoreAccess(
            directory: PeerDirectory(sharedDirectory: "/nonexistent", group: group), configuration: configuration)
        accounts = AccountCache(limits: .init(), store: store, site: RenderingTests.site)
        rules = ViewerRulesCache(limit: 10, store: store)
        feed = HolderFeed(
            holder: address, client: MailboxClient(WireClient(address: address, group: group)), deadlineMilliseconds: 10
        )
    }

    private func page(
        generation: UInt64? = nil, feeds: [HolderFeed]? = [],
        accounts versions: [(account: AccountID, version: UInt64)] = []
    ) -> CachedPage {
        CachedPage(
            body: ByteBuffer(string: "[]"), headers: CommonHeaders.json, route: RouteMetrics("test"),
            scope: .readStatuses, ids: [5, 6], accounts: versions, mailbox: mailbox,
            generation: generation ?? mailbox.generation,
            feeds: feeds, signature: [:], tombstoneGeneration: tombstones.generation,
            accountGeneration: accounts.generation)
    }

    private func isCurrent(_ page: CachedPage) -> Bool {
        page.isCurrent(tombstones: tombstones, accounts: accounts, rules: rules)
    }

    @Test func aPageIsCurrentUntilAChangeIsAnnounced() {
        let page = page(feeds: [feed])
        #expect(isCurrent(page))
        mailbox.announceChange()
        #expect(!isCurrent(page))
    }

    @Test func aChangeThatIsAnnouncedWhileThePageIsReadMakesItWorthless() {
        let before = mailbox.generation
        mailbox.announceChange()
        #expect(!isCurrent(page(generation: before)))
    }

    @Test func aPageIsWorthNothingOnceItsFeedHasEnded() {
        let page = page(feeds: [feed])
        feed.end()
        #expect(!isCurrent(page))
    }

    @Test func aPageOfAMailboxThatNobodyAnnouncesIsNeverCurrent() {
        let page = page(feeds: nil)
        #expect(!isCurrent(page))
        #expect(page.isUndisturbed(tombstones: tombstones, accounts: accounts, rules: rules))
    }

    @Test func aDeleteMattersToPagesThatShowTheStatusOnly() {
        let page = page()
        tombstones.insert([99])
        #expect(isCurrent(page))
        tombstones.insert([6])
        #expect(!isCurrent(page))
    }

    @Test func aDeleteThatIsKnownAlreadyChangesNothing() {
        tombstones.insert([1])
        let generation = tombstones.generation
        tombstones.insert([1])
        #expect(tombstones.generation == generation)
        #expect(tombstones.contains(1) && !tombstones.contains(2))
    }

    @Test func aChangedAccountMattersToPagesThatShowItOnly() throws {
        let asked = MonotonicClock.milliseconds()
        let entries = accounts.insert([account(1), account(2)], askedMilliseconds: asked)
        let versions = entries.map { (account: AccountID(rawValue: $0.account.id), version: $0.version) }
        let first = page(accounts: [versions[0]])
        let second = page(accounts: [versions[1]])
        accounts.changed(AccountID(rawValue: 1))
        #expect(!isCurrent(first))
        #expect(isCurrent(second))
    }

    @Test func anAnswerFromAroundAnAnnouncedChangeIsNotKept() {
        let clock = FakeClock()
        let cache = AccountCache(
            limits: .init(), store: store, site: RenderingTests.site, now: { clock.milliseconds })
        let id = AccountID(rawValue: 1)
        cache.changed(id)
        #expect(cache.insert([account(1)], askedMilliseconds: clock.milliseconds).first?.version == 0)
        #expect(cache.cached(id) == nil)
        clock.advance(AccountCache.settlingMilliseconds)
        #expect(cache.insert([account(1)], askedMilliseconds: clock.milliseconds).first?.version != 0)
        #expect(cache.cached(id) != nil)
    }

    @Test func onlyHomesHaveSeveralLanes() {
        let home = WatchedMailbox(.home(AccountID(rawValue: 1)))
        #expect(home.unwatchedLanes == Lane.all)
        home.connect(.normal, to: feed)
        #expect(home.completeFeeds == nil)
        home.connect(.bulk, to: feed)
        home.connect(.priority, to: feed)
        #expect(home.completeFeeds?.count == 3)
        feed.end()
        #expect(home.completeFeeds == nil)
        #expect(mailbox.unwatchedLanes == [.normal])
    }

    private var store: StoreAccess {
        StoreAccess(
            directory: PeerDirectory(sharedDirectory: "/nonexistent", group: MultiThreadedEventLoopGroup.singleton),
            configuration: APIConfiguration(sharedDirectory: "/nonexistent", listen: .unix(path: "/nonexistent/s")))
    }

    private func account(_ id: UInt64) -> PeerAccount {
        var account = PeerAccount()
        account.id = id
        account.username = "user\(id)"
        return account
    }
}
