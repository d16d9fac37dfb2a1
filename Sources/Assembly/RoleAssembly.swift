public import API
public import Deliver
internal import Logging
internal import NIOPosix
public import Queue
public import Receive
public import Settings
public import StatuscastModel
public import Store
internal import Telemetry
internal import Wire

/// Makes roles from settings, the same way for `statuscast up` and for processes of their own.
public struct RoleAssembly {
    let process: ProcessRun
    let data: DataDirectory
    let cluster: ClusterFile
    let queue: any Queue
    /// Distinguishes processes of one role on one data directory; empty for the only one.
    let instance: String
    /// Where the role listens for its peers, if not in the data directory.
    let peerListen: String?

    public init(
        process: ProcessRun, data: DataDirectory, queue: any Queue, instance: String = "", peerListen: String? = nil
    ) throws {
        self.process = process
        self.data = data
        self.queue = queue
        self.instance = instance
        self.peerListen = peerListen
        cluster = try ClusterFile.load(sharedDirectory: data.shared)
    }

    public func receive(host: String, bulkFollowersAbove: Int = 10_000) -> ReceiveRole {
        var configuration = ReceiveConfiguration(
            sharedDirectory: data.shared, partitions: cluster.partitions, accountsPartitions: cluster.userShards,
            host: host)
        configuration.bulkFollowersAbove = bulkFollowersAbove
        return ReceiveRole(configuration: configuration, queue: queue, logger: process.logger)
    }

    public func store() throws -> StoreRole {
        StoreRole(
            configuration: StoreConfiguration(
                storeDirectory: data.store, sharedDirectory: data.shared, partitions: cluster.partitions,
                userShards: cluster.userShards, messageShards: cluster.messageShards, listen: try address("store")),
            queue: queue, group: MultiThreadedEventLoopGroup.singleton, logger: process.logger)
    }

    public func deliver(lane: Lane) throws -> DeliverRole {
        var configuration = DeliverConfiguration(
            lane: lane, sharedDirectory: data.shared, partitions: cluster.partitions,
            listen: try address("deliver-\(lane)"))
        configuration.accountsPartitions = cluster.userShards
        return DeliverRole(
            configuration: configuration, queue: queue, group: MultiThreadedEventLoopGroup.singleton,
            logger: process.logger)
    }

    /// `onListening` is given HOST:PORT once HTTP is served.
    public func front(_ options: FrontOptions, onListening: @escaping @Sendable (String) -> Void) throws -> APIRole {
        guard let (host, port) = options.hostAndPort else {
            throw SettingsError("--listen \"\(options.listen)\" is not HOST:PORT")
        }
        // `localhost` may be two addresses of which only one would be bound; clients try 127.0.0.1 in any case.
        var configuration = APIConfiguration(
            host: host == "localhost" ? "127.0.0.1" : host, port: port, domain: options.domain ?? options.listen,
            sharedDirectory: data.shared,
            partitions: cluster.partitions, listen: try address("api"), rateLimitsEnabled: options.rateLimits == .on)
        configuration.accountsPartitions = cluster.userShards
        let registry = process.registry
        return APIRole(
            configuration: configuration, queue: queue, group: MultiThreadedEventLoopGroup.singleton,
            logger: process.logger, metricsText: { registry.text() },
            onListening: { port in onListening("\(host):\(port)") })
    }

    private func address(_ role: String) throws -> WireAddress {
        let written = try peerListen ?? SocketName.role(role, instance: instance).address(in: data)
        guard let address = WireAddress(written) else {
            throw SettingsError("\"\(written)\" is neither unix:PATH nor tcp:HOST:PORT")
        }
        return address
    }
}
