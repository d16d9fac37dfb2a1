internal import CanonicalStore
internal import DurableFiles
internal import Glibc
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

/// The canonical store's process: takes accepted statuses and account facts from the queue into SQLite, judges user
/// changes, and answers look-ups over the wire.
///
/// `run` owns the store directory through its lock and the cluster's store lease; it throws at once where another
/// process has the directory, where the files are newer than this program or damaged, and, after waiting a while, where
/// another process has the lease. Look-ups are answered as soon as it listens, changes once the user store has read the
/// topic `accounts` to its end. It ends by graceful shutdown or cancellation, within two seconds; what was not
/// committed by then comes again.
public final class StoreRole: Service {
    private let configuration: StoreConfiguration
    private let queue: any Queue
    private let group: any EventLoopGroup
    private let logger: Logger
    private let tenure = Mutex<StoreTenure?>(nil)

    public init(
        configuration: StoreConfiguration, queue: any Queue, group: any EventLoopGroup, logger: Logger
    ) {
        self.configuration = configuration
        self.queue = queue
        self.group = group
        self.logger = logger
    }

    public var health: StoreHealth {
        let tenure = tenure.withLock { $0 }
        return StoreHealth(isOpen: tenure != nil, isCaughtUp: tenure?.isCaughtUp ?? false)
    }

    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await self.work() }
        } catch {
            // An error that comes because the work was told to stop is the way it stops.
            guard Task.isCancelled || Task.isShuttingDownGracefully || error is CancellationError else { throw error }
            if !(error is CancellationError) { logger.debug("stopped", metadata: ["error": "\(error)"]) }
        }
    }

    private func work() async throws {
        var opened = Opened()
        do {
            let tenure = try await open(&opened)
            logger.info(
                "the store is open", metadata: ["address": "\(tenure.address)", "term": "\(tenure.lease.term)"])
            self.tenure.withLock { $0 = tenure }
            try await tenure.run()
        } catch {
            self.tenure.withLock { $0 = nil }
            await opened.close()
            throw error
        }
        self.tenure.withLock { $0 = nil }
        await opened.close()
    }

    /// From the innermost, the directory's lock, to the lease that makes others look for us here.
    private func open(_ opened: inout Opened) async throws -> StoreTenure {
        let (configuration, threads) = (self.configuration, FileThreads(name: "store", count: 1))
        opened.last { threads.stop() }
        let directory = try await threads.run { () throws(StoreError) in
            try StoreDirectory(path: configuration.storeDirectory, holder: "process \(getpid())")
        }
        opened.last { directory.close() }
        let users = try await UserStore.open(
            in: directory, shards: configuration.userShards, journal: configuration.journal)
        opened.last { await users.close() }
        let messages = try await MessageStore.open(
            in: directory, shards: configuration.messageShards, journal: configuration.journal)
        opened.last { await messages.close() }
        let door = Door()
        let server = try await WireServer.start(address: configuration.listen, handler: door, group: group)
        opened.last { await server.stop(graceMilliseconds: 500) }
        let lease = try await acquireLease(address: server.address, threads)
        opened.last { await threads.run { lease.close() } }
        let issuer = try await threads.run { () throws(FileError) in
            let node = try NodeNumber.acquire(
                in: configuration.sharedDirectory, address: server.address.description,
                nowUnixMilliseconds: UnixClock.milliseconds())
            return try IdentifierIssuer(node: node)
        }
        opened.last { await threads.run { issuer.close() } }
        let passwords = Passwords(
            parameters: configuration.passwords, waitingMax: configuration.waitingPasswordsMax)
        let deadLetters = StoreDeadLetters(sharedDirectory: configuration.sharedDirectory, threads: threads)
        try await deadLetters.adopt(from: users, messages)
        let tenure = StoreTenure(
            configuration: configuration, address: server.address, users: users, messages: messages, lease: lease,
            issuer: issuer, passwords: passwords, deadLetters: deadLetters, queue: queue, logger: logger)
        var router = WireRouter()
        router.register(StoreEndpoint.methods, StoreEndpoint(service: tenure.answers))
        router.register(PeopleEndpoint.methods, PeopleEndpoint(service: tenure.answers))
        let operatorAnswers = OperatorAnswers(answers: tenure.answers)
        router.register(OperatorEndpoint.methods, OperatorEndpoint(service: operatorAnswers))
        door.open(router)
        return tenure
    }

    /// A process that is just ending may hold it for a moment.
    private func acquireLease(address: WireAddress, _ threads: FileThreads) async throws -> Lease {
        let name = LeaseName(scope: "store", index: 0)
        let shared = configuration.sharedDirectory
        let deadline = ContinuousClock.now + .milliseconds(configuration.leaseWaitMilliseconds)
        while true {
            do throws(FileError) {
                return try await threads.run { () throws(FileError) in
                    try Lease.acquire(name, in: shared, address: address.description)
                }
            } catch {
                guard error.code == .locked, ContinuousClock.now < deadline else { throw error }
                logger.info("another process has the store's lease; waiting", metadata: ["error": "\(error)"])
            }
            // Nobody tells when a lock of another process on the shared directory comes free.
            try await Task.sleep(for: .milliseconds(250))
        }
    }
}

/// What was opened, to be closed the other way round.
private struct Opened {
    private var closers: [@Sendable () async -> Void] = []

    mutating func last(_ close: @escaping @Sendable () async -> Void) { closers.append(close) }

    mutating func close() async {
        while let closer = closers.popLast() { await closer() }
    }
}
