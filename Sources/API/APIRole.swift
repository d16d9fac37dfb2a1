internal import DurableFiles
internal import Glibc
internal import Hummingbird
internal import Lease
public import Logging
public import NIOCore
internal import Peers
public import Queue
public import ServiceLifecycle
internal import StatuscastModel
internal import Synchronization
internal import SystemClock
internal import Wire

/// The front: speaks the Mastodon client API over HTTP. It holds no state but caches.
///
/// A status that was posted is on stable storage in the queue before its answer goes out. Reading goes on from caches
/// and files while the store is away. Any number of fronts may serve one data directory.
public final class APIRole: Service {
    private let configuration: APIConfiguration
    private let queue: any Queue
    private let group: any EventLoopGroup
    private let logger: Logger
    private let metricsText: @Sendable () -> String
    private let onListening: @Sendable (Int) -> Void
    private let running = Mutex<HealthEndpoints?>(nil)

    /// - Parameters:
    ///   - metricsText: what `/metrics` answers.
    ///   - onListening: called with the port once HTTP is served.
    public init(
        configuration: APIConfiguration, queue: any Queue, group: any EventLoopGroup, logger: Logger,
        metricsText: @escaping @Sendable () -> String, onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.queue = queue
        self.group = group
        self.logger = logger
        self.metricsText = metricsText
        self.onListening = onListening
    }

    /// Answers within about a second.
    public func health() async -> FrontHealth {
        guard let running = running.withLock({ $0 }) else {
            return FrontHealth(reasons: ["the front is starting or stopping"], storeAnswers: false)
        }
        return await running.health()
    }

    /// Serves until shutdown; then no connection is accepted any more, and running requests get
    /// `drainMilliseconds`. Throws `APIError` where an address is in use or the shared directory cannot be used.
    public func run() async throws {
        guard configuration.port == 0 else { return try await run(configuration) }
        // Kept until the end: nobody else gets the port before the server has it.
        let reservation = try PortReservation(host: configuration.host)
        var configuration = configuration
        configuration.take(port: reservation.port)
        defer { withExtendedLifetime(reservation) {} }
        try await run(configuration)
    }

    private func run(_ configuration: APIConfiguration) async throws {
        let recents = RecentStatuses(limits: configuration.caches)
        let posting = PostingDoor()
        let server = try await startWire(recents, posting)
        let threads = FileThreads(name: "front", count: configuration.fileThreads)
        let directory = PeerDirectory(sharedDirectory: configuration.sharedDirectory, group: group)
        do {
            let (node, issuer) = try await takeNumber(server.address, threads)
            let shared = configuration.sharedDirectory
            let front = try Front(
                configuration: configuration, queue: queue, directory: directory, issuer: issuer, ownNode: node.number,
                formKey: try await threads.run { () throws(APIError) in try FormKey.load(sharedDirectory: shared) },
                recents: recents, threads: threads, logger: logger, metricsText: metricsText)
            posting.open(front.operatorPosting)
            running.withLock { $0 = front.health }
            let outcome = await outcome(of: front, configuration)
            running.withLock { $0 = nil }
            await server.stop(graceMilliseconds: 200)
            await threads.run {
                issuer.close()
                node.release()
            }
            await directory.close()
            threads.stop()
            try outcome.get()
        } catch {
            await server.stop(graceMilliseconds: 0)
            threads.stop()
            throw error
        }
    }

    private func startWire(_ recents: RecentStatuses, _ posting: PostingDoor) async throws -> WireServer {
        var router = WireRouter()
        router.register(IssuerEndpoint.methods, IssuerEndpoint(service: RecentStatusService(recents: recents)))
        router.register(PostingEndpoint.methods, PostingEndpoint(service: posting))
        do {
            return try await WireServer.start(address: configuration.listen, handler: router, group: group)
        } catch {
            throw APIError("the front cannot listen for its peers on \(configuration.listen): \(error)")
        }
    }

    private func takeNumber(
        _ address: WireAddress, _ threads: FileThreads
    ) async throws -> (NodeNumber, IdentifierIssuer) {
        let shared = configuration.sharedDirectory
        do {
            return try await threads.run { () throws(FileError) in
                let node = try NodeNumber.acquire(
                    in: shared, address: address.description, nowUnixMilliseconds: UnixClock.milliseconds())
                return (node, try IdentifierIssuer(node: node))
            }
        } catch {
            throw APIError("the front cannot take a node number in \(shared): \(error)")
        }
    }

    private func outcome(of front: Front, _ configuration: APIConfiguration) async -> Result<Void, any Error> {
        do { return .success(try await serve(front, configuration)) } catch { return .failure(error) }
    }

    /// HTTP is last in the line: it stops first, and what it needs stops after it.
    private func serve(_ front: Front, _ configuration: APIConfiguration) async throws {
        let onListening = onListening
        let fallback = configuration.port
        let application = Application(
            responder: front.responder,
            server: HTTPServing.server(configuration.certificate, streams: front.streams),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 1024),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? fallback) },
            eventLoopGroupProvider: .shared(group), logger: logger)
        var services = ServiceGroupConfiguration(
            services: (front.services + [application]).map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            }, logger: logger)
        services.maximumGracefulShutdownDuration = .milliseconds(configuration.drainMilliseconds)
        do {
            try await ServiceGroup(configuration: services).run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw APIError(
                "\(configuration.host):\(configuration.port) is in use: another process serves there; stop it or "
                    + "choose another port")
        }
    }
}

/// Why the front cannot run.
public struct APIError: Error, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
