public import API
internal import CanonicalStore
public import Deliver
internal import Logging
internal import Metrics
internal import NIOPosix
public import Queue
public import Receive
internal import Settings
public import StatuscastModel
public import Store
internal import Telemetry
internal import Wire

/// Makes roles from settings, the same way for `statuscast up` and for processes of their own.
public struct RoleAssembly {
    let process: ProcessRun
    let data: DataDirectory
    let settings: EffectiveSettings
    let cluster: ClusterFile
    let queue: any Queue

    /// Throws `ConfigurationFaults` where the cluster has another domain than this process was told.
    public init(process: ProcessRun, queue: any Queue) throws {
        self.process = process
        self.queue = queue
        data = process.directory
        settings = process.settings
        cluster = try Self.cluster(settings, data)
        process.parts.add(.queue(queue))
    }

    public func receive() -> ReceiveRole {
        if cluster.domain == nil, process.live.process == .receive {
            process.logger.notice("no domain is set: Message-IDs carry \(domain); set domain for the whole cluster")
        }
        var configuration = ReceiveConfiguration(
            sharedDirectory: data.shared, partitions: cluster.partitions, accountsPartitions: cluster.userShards,
            host: domain)
        configuration.bulkFollowersAbove = settings[Keys.receiveBulkFollowers]
        configuration.hooks = settings.receiveHooks
        let role = ReceiveRole(configuration: configuration, queue: queue, logger: process.logger)
        process.parts.add(.receive(role))
        process.live.onReload { role.reload($0.receiveHooks) }
        return role
    }

    public func store() throws -> StoreRole {
        let configuration = StoreConfiguration(
            storeDirectory: data.store, sharedDirectory: data.shared, partitions: cluster.partitions,
            userShards: cluster.userShards, messageShards: cluster.messageShards, listen: try address("store"),
            journal: settings[Keys.storeJournal] == "rollback" ? .rollback : .writeAheadLog)
        let role = StoreRole(
            configuration: configuration, queue: queue, group: MultiThreadedEventLoopGroup.singleton,
            logger: process.logger)
        process.parts.add(.store(role))
        return role
    }

    /// What the workers of all lanes of this process share; it runs as long as they do.
    public func recipientLookups() -> RecipientLookups {
        RecipientLookups(
            sharedDirectory: data.shared, partitions: cluster.partitions, accountsPartitions: cluster.userShards,
            queue: queue, logger: process.logger)
    }

    /// The worker of a lane; of the lane that the settings name where none is given.
    public func deliver(lane: Lane? = nil, lookups: RecipientLookups) throws -> DeliverRole {
        guard let lane = lane ?? settings[Keys.deliverLane] else {
            throw ConfigurationFaults(
                "--lane", "deliver.lane is not set: it should be \(Keys.deliverLane.setting.form)")
        }
        var configuration = DeliverConfiguration(
            lane: lane, sharedDirectory: data.shared, partitions: cluster.partitions,
            listen: try address("deliver-\(lane)"))
        configuration.sweepIntervalMilliseconds = settings.sweepInterval(of: lane)
        configuration.pendingBytesMax =
            settings[Keys.deliverPendingMemory(lane)] ?? settings[Keys.deliverPendingMemory]
        configuration.pendingDeliveriesMax = settings[Keys.deliverPendingMax]
        configuration.writerThreads = settings[Keys.deliverWriterThreads]
        configuration.watchLimits.addressesPerWatcher = settings[Keys.deliverWatchedMailboxes]
        configuration.hooks = settings.deliverHooks
        configuration.drainMilliseconds = settings[Keys.drain]
        let role = DeliverRole(
            configuration: configuration, queue: queue, lookups: lookups,
            group: MultiThreadedEventLoopGroup.singleton, logger: process.logger)
        process.parts.add(.deliver(role, lane: lane.rawValue))
        process.live.onReload { role.setSweepInterval(milliseconds: $0.sweepInterval(of: lane)) }
        return role
    }

    /// `onListening` is given `http://HOST:PORT`, or https, once it is served.
    public func front(onListening: @escaping @Sendable (String) -> Void) throws -> APIRole {
        let registry = process.registry
        let host = settings[Keys.frontListen].host
        let configuration = try frontConfiguration()
        let live = configuration.live
        let scheme = configuration.certificate == nil ? "http" : "https"
        process.live.onReload { live.values = $0.frontLiveValues }
        if let certificate = configuration.certificate { reread(certificate) }
        let role = APIRole(
            configuration: configuration, queue: queue, group: MultiThreadedEventLoopGroup.singleton,
            logger: process.logger, metricsText: { registry.text() },
            onListening: { port in onListening("\(scheme)://\(HostAndPort(host: host, port: port))") })
        process.parts.add(.front(role))
        process.parts.add(collector: {
            Meter(label: "statuscast_api_store_answers").set(await role.health().storeAnswers ? 1.0 : 0.0)
        })
        return role
    }

    /// What the cluster keeps, else what this process listens on or would.
    var domain: String { cluster.domain ?? settings[Keys.frontListen].description }

    func address(_ role: String) throws -> WireAddress {
        // In one process all roles listen, so one address would not do for all.
        let told = process.live.process == .up ? nil : settings[Keys.peerListen]
        let written = try told ?? SocketName.role(role, instance: settings[Keys.instance]).address(in: data)
        guard let address = WireAddress(written) else {
            throw ConfigurationFaults(
                settings.origin(of: Keys.peerListen.setting).description,
                "peer.listen: \"\(written)\" is neither unix:/PATH nor tcp:HOST:PORT")
        }
        return address
    }

    private static func cluster(_ settings: EffectiveSettings, _ data: DataDirectory) throws -> ClusterFile {
        guard let told = settings[Keys.domain] else { return try ClusterFile.load(sharedDirectory: data.shared) }
        let cluster = try ClusterFile.keep(domain: told, sharedDirectory: data.shared)
        guard cluster.domain == told else {
            throw ConfigurationFaults(
                settings.origin(of: Keys.domain.setting).description,
                """
                domain is \(told), but this cluster has had \(cluster.domain ?? "none") from its first start on, and \
                clients and Message-IDs know it by that; to change it all the same, stop every process and edit \
                \(data.shared)/cluster.json
                """)
        }
        return cluster
    }
}

extension EffectiveSettings {
    func sweepInterval(of lane: Lane) -> Int {
        self[Keys.deliverSweepInterval(lane)] ?? self[Keys.deliverSweepInterval]
    }

    var receiveHooks: ReceiveHookSettings {
        var hooks = ReceiveHookSettings()
        hooks.duplicateMilliseconds = UInt64(self[Keys.receiveDuplicateWindow])
        // Who lifts the limits at the door does not expect statuses to vanish behind it.
        hooks.postsPerMinute = self[Keys.frontRateLimits] ? self[Keys.receivePostsPerMinute] : 0
        hooks.postsBurst = self[Keys.receivePostsBurst]
        hooks.spamHoldScore = Double(self[Keys.receiveSpamHoldScore])
        hooks.spamNewAccountMilliseconds = UInt64(self[Keys.receiveSpamNewAccount])
        hooks.termListPath = self[Keys.receiveTermList]
        hooks.routeTopics = self[Keys.receiveRouteTopics]
        return hooks
    }

    var deliverHooks: DeliverHookSettings {
        var hooks = DeliverHookSettings()
        hooks.relations = self[Keys.deliverHookRelations]
        hooks.keywords = self[Keys.deliverHookKeywords]
        hooks.replies = self[Keys.deliverHookReplies]
        hooks.routeTopics = self[Keys.deliverRouteTopics]
        return hooks
    }
}
