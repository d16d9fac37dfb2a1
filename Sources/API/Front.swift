internal import DurableFiles
internal import HashRing
internal import Hummingbird
internal import Lease
internal import Logging
internal import Mailbox
internal import Peers
internal import Queue
internal import ServiceLifecycle
internal import StatuscastModel
internal import SystemClock

/// Everything that one front consists of, put together: caches, look-ups, endpoints, and what runs beside them.
struct Front {
    let responder: FrontResponder
    let operatorPosting: OperatorPosting
    let health: HealthEndpoints
    let streams: StreamDoor
    /// In the order of their start.
    let services: [any Service]

    init(
        configuration: APIConfiguration, queue: any Queue, directory: PeerDirectory, issuer: IdentifierIssuer,
        ownNode: UInt16, formKey: FormKey, recents: RecentStatuses, threads: FileThreads, logger: Logger,
        metricsText: @escaping @Sendable () -> String
    ) throws {
        let caches = configuration.caches
        let site = Site(domain: configuration.domain, secure: configuration.secure, title: configuration.title)
        let store = StoreAccess(directory: directory, configuration: configuration)
        let accounts = AccountCache(limits: caches, store: store, site: site)
        let tokens = TokenCache(limit: caches.tokens, store: store, accounts: accounts)
        let rules = ViewerRulesCache(limit: caches.viewerRules, store: store)
        let fragments = FragmentCache(limitBytes: caches.fragmentBytes)
        let tombstones = Tombstones()
        let watches = MailboxWatches(directory: directory, configuration: configuration, logger: logger)
        let reader = MailboxReader(
            root: configuration.sharedDirectory + "/mailboxes", memoryBytesMax: caches.mailboxRecordBytes)
        let accountTail = AccountTail(
            queue: queue, partitions: (0..<configuration.accountsPartitions).map { .init(rawValue: UInt16($0)) },
            accounts: accounts, tokens: tokens, rules: rules, tombstones: tombstones, logger: logger)
        let door = ReceiveDoor(
            ordinary: ReceiveAppender(queue: queue, partitions: configuration.partitions, logger: logger),
            priority: ReceiveAppender(
                queue: queue, topic: Topics.receivePriority, partitions: configuration.partitions, logger: logger),
            accounts: accounts)
        let limiter = RateLimiter(configuration.live, now: UnixClock.milliseconds)
        let lookup = StatusLookup(
            recents: recents, fragments: fragments, tombstones: tombstones, accounts: accounts, store: store,
            directory: directory, configuration: configuration, site: site, ownNode: ownNode, logger: logger)
        let marks = ViewerMarks(limit: caches.marks, store: store)
        let showing = StatusShowing(
            accounts: accounts, marks: marks, lookup: lookup, tombstones: tombstones, site: site)
        let timelines = Timelines(
            watches: watches,
            files: MailboxFiles(
                reader: reader, threads: threads, fragments: fragments, tombstones: tombstones, site: site,
                logger: logger),
            accounts: accounts, tombstones: tombstones, rules: rules, pages: PageCache(limitBytes: caches.pageBytes),
            showing: showing, site: site, logger: logger)
        let personal = PersonalFacts(store: store, rules: rules)
        let streamMetrics = StreamMetrics()
        let sources = StreamSources(
            watches: watches, files: StreamFiles(files: timelines.files),
            delivery: StreamDelivery(timelines: timelines, metrics: streamMetrics), limits: configuration.streams,
            logger: logger)
        let connections = StreamConnections(
            limits: configuration.streams, live: configuration.live, tokens: tokens, metrics: streamMetrics)
        let doorstep = Doorstep(proxies: configuration.trustedProxies, isSecure: configuration.secure)
        streams = StreamDoor(
            tokens: tokens, limiter: limiter, doorstep: doorstep, connections: connections, sources: sources,
            metrics: streamMetrics,
            limits: configuration.streams, ownsList: personal.has)
        let tombstoneTail = TombstoneTail(
            reader: reader, threads: threads, watches: watches, tombstones: tombstones, site: site, logger: logger,
            onDeletes: sources.deleted, onEdits: sources.edited)
        let visibility = StatusVisibility(store: store, accounts: accounts, rules: rules)
        let posting = StatusPosting(
            issuer: issuer, door: door, keys: IdempotencyKeys(limit: caches.idempotencyKeys),
            recents: recents, tombstones: tombstones, lookup: lookup, visibility: visibility, accounts: accounts,
            logger: logger)
        operatorPosting = OperatorPosting(posting: posting, accounts: accounts, store: store, site: site)

        let router = Router(context: FrontContext.self)
        let routes = Routes(router: router, reader: CallReader(tokens: tokens), logger: logger)
        ApplicationEndpoints(store: store).add(to: routes)
        TokenEndpoints(store: store, tokens: tokens, limiter: limiter).add(to: routes)
        SignUpEndpoint(store: store, limiter: limiter, live: configuration.live).add(to: routes)
        let pictures = PictureStore(sharedDirectory: configuration.sharedDirectory, threads: threads, logger: logger)
        PictureEndpoints(pictures: pictures).add(to: routes)
        ProfileEndpoints(
            accounts: accounts, store: store, pictures: pictures, site: site,
            uploadMilliseconds: configuration.uploadDeadlineMilliseconds
        ).add(to: routes)
        FollowRequestEndpoints(accounts: accounts, rules: rules, store: store, site: site).add(to: routes)
        FollowListEndpoints(accounts: accounts, rules: rules, store: store, site: site).add(to: routes)
        AccountNoteEndpoints(accounts: accounts, store: store).add(to: routes)
        AccountSearchEndpoints(store: store, site: site).add(to: routes)
        SuggestionEndpoints(accounts: accounts, store: store).add(to: routes)
        AccountEndpoints(accounts: accounts, store: store, site: site).add(to: routes)
        RelationshipEndpoints(accounts: accounts, rules: rules, store: store).add(to: routes)
        RuleEndpoints(accounts: accounts, rules: rules, store: store, site: site).add(to: routes)
        FilterEndpoints(rules: rules, store: store).add(to: routes)
        let scheduled = ScheduledEndpoints(personal: personal, posting: posting, site: site)
        StatusEndpoints(
            posting: posting, lookup: lookup, visibility: visibility, showing: showing, rules: rules, limiter: limiter,
            scheduled: scheduled, site: site
        ).add(to: routes)
        SearchEndpoint(
            showing: showing, rules: rules, recents: recents, lookup: lookup, visibility: visibility, store: store,
            site: site
        ).add(to: routes)
        DeliveryEndpoints(
            lookup: lookup, threads: threads, partitions: configuration.partitions,
            sharedDirectory: configuration.sharedDirectory, logger: logger
        ).add(to: routes)
        let acting = StatusActing(
            issuer: issuer, door: door, lookup: lookup, visibility: visibility, marks: marks, recents: recents,
            store: store, logger: logger)
        let lists = InteractionLists(acting: acting, showing: showing, rules: rules, store: store, site: site)
        InteractionEndpoints(acting: acting, showing: showing, rules: rules).add(to: routes)
        lists.add(to: routes)
        let reblogging = Reblogging(
            acting: acting, posting: posting, underWay: IdempotencyKeys(limit: caches.idempotencyKeys), limiter: limiter, recentMilliseconds: caches.recentMilliseconds,
            site: site)
        ReblogEndpoints(reblogging: reblogging, lists: lists, showing: showing, rules: rules).add(to: routes)
        EditEndpoints(
            editing: StatusEditing(acting: acting, accounts: accounts, tombstones: tombstones, site: site),
            showing: showing, rules: rules, store: store, site: site
        ).add(to: routes)
        ThreadEndpoint(
            acting: acting, showing: showing, recents: recents, rules: rules, store: store
        ).add(to: routes)
        TimelineEndpoints(timelines: timelines, accounts: accounts, lists: lists).add(to: routes)
        NotificationEndpoints(timelines: timelines).add(to: routes)
        StreamingEndpoints().add(to: routes)
        PersonalEndpoints(
            personal: personal, scheduled: scheduled, timelines: timelines, lookup: lookup, accounts: accounts,
            rules: rules, store: store, site: site
        ).add(to: routes)
        let counts = InstanceCounts(store: store)
        InstanceEndpoints(configuration: configuration, counts: counts, site: site).add(to: routes)
        NodeInfoEndpoints(configuration: configuration, counts: counts, site: site).add(to: routes)
        AbsentEndpoints(description: configuration.description).add(to: routes)
        AuthorizationServerEndpoint(site: site).add(to: routes)
        health = HealthEndpoints(
            queue: queue, tombstones: tombstones, store: store, live: configuration.live,
            metricsText: metricsText)
        health.add(to: routes)
        let templates = try PageTemplates()
        let pages = ReadingPages(
            timelines: timelines, lookup: lookup, accounts: accounts, site: site, templates: templates)
        pages.add(to: routes)
        let guardian = FormGuard(key: formKey, now: UnixClock.milliseconds)
        AuthorizationPages(
            store: store, limiter: limiter, guardian: guardian, site: site, templates: templates
        ).add(to: routes, pages)
        SignUpPage(
            store: store, limiter: limiter, live: configuration.live, guardian: guardian, site: site,
            templates: templates
        ).add(to: routes, pages)
        HomePage(
            timelines: timelines, health: health, counts: counts, description: configuration.description,
            live: configuration.live, site: site, templates: templates
        ).add(to: routes, pages)

        responder = FrontResponder(
            router: router.buildResponder(), tokens: tokens, limiter: limiter, timelines: timelines,
            doorstep: doorstep, logger: logger)
        services = [door.ordinary, door.priority, watches, tombstoneTail, accountTail, sources, connections]
    }
}
