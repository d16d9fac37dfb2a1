import Foundation
import FoundationNetworking
import HashRing
import Lease
import Logging
import Mailbox
import NIOPosix
import Peers
import Queue
import ServiceLifecycle
import StatuscastModel
import Synchronization
import Testing
import Wire

@testable import API

/// A front that serves HTTP, with a store, mailbox holders and a queue that a test has in its hands.
final class FrontWorld: Sendable {
    let directory: String
    let store: StubStore
    let holder: StubHolder
    let queue: MemoryQueue
    let port: Int
    private let storeServer: WireServer
    private let holderServer: WireServer

    static let partitions = 2

    static func run(
        sharing other: FrontWorld? = nil, logger: Logger = quiet,
        _ adjust: (inout APIConfiguration) -> Void = { _ in },
        _ body: (FrontWorld) async throws -> Void
    ) async throws {
        let directory = other?.directory ?? NSTemporaryDirectory() + "front-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { if other == nil { try? FileManager.default.removeItem(atPath: directory) } }
        let group = MultiThreadedEventLoopGroup.singleton
        let suffix = UInt32.random(in: 0...UInt32.max)
        let count = try #require(PartitionCount(rawValue: partitions))
        var configuration = APIConfiguration(
            host: "127.0.0.1", port: 0, domain: "localhost:3000", sharedDirectory: directory, partitions: count,
            listen: .unix(path: "\(directory)/api-\(suffix).sock"), rateLimitsEnabled: false)
        configuration.peerPauseMilliseconds = 100
        adjust(&configuration)
        let queue = other?.queue ?? MemoryQueue()
        let ports = AsyncStream<Int>.makeStream()
        let role = APIRole(
            configuration: configuration, queue: queue, group: group, logger: logger,
            metricsText: { "metrics 1\n" }, onListening: { ports.continuation.yield($0) })

        let store = StubStore()
        let holder = StubHolder()
        var storeRouter = WireRouter()
        storeRouter.register(StoreEndpoint.methods, StoreEndpoint(service: other?.store ?? store))
        storeRouter.register(PeopleEndpoint.methods, PeopleEndpoint(service: other?.store ?? store))
        let storeServer = try await WireServer.start(
            address: .unix(path: "\(directory)/store-\(suffix).sock"), handler: storeRouter, group: group)
        let holderServer = try await WireServer.start(
            address: .unix(path: "\(directory)/holder-\(suffix).sock"),
            handler: MailboxEndpoint(service: other?.holder ?? holder), group: group)
        var leases: [Lease] = []
        if other == nil {
            leases.append(
                try Lease.acquire(
                    LeaseName(scope: "store", index: 0), in: directory, address: storeServer.address.description))
            for lane in Lane.all {
                for index in 0..<partitions {
                    leases.append(
                        try Lease.acquire(
                            LeaseName(scope: lane.rawValue, index: index), in: directory,
                            address: holderServer.address.description))
                }
            }
        }
        var services = ServiceGroupConfiguration(services: [role], logger: quiet)
        services.maximumGracefulShutdownDuration = .seconds(5)
        let running = ServiceGroup(configuration: services)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { ports.continuation.finish() }
                try await running.run()
            }
            var listening = ports.stream.makeAsyncIterator()
            guard let port = await listening.next() else { return try await tasks.waitForAll() }
            let world = FrontWorld(directory, store, holder, queue, port, storeServer, holderServer)
            let outcome: Result<Void, any Error>
            do {
                try await eventually("the list of deletes is loaded") {
                    try await world.get("/health/ready").status == 200
                }
                outcome = .success(try await body(world))
            } catch { outcome = .failure(error) }
            await running.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try outcome.get()
        }
        for lease in leases { lease.close() }
        await storeServer.stop(graceMilliseconds: 0)
        await holderServer.stop(graceMilliseconds: 0)
    }

    private static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    private init(
        _ directory: String, _ store: StubStore, _ holder: StubHolder, _ queue: MemoryQueue, _ port: Int,
        _ storeServer: WireServer, _ holderServer: WireServer
    ) {
        self.directory = directory
        self.store = store
        self.holder = holder
        self.queue = queue
        self.port = port
        self.storeServer = storeServer
        self.holderServer = holderServer
    }

    func stopStore() async { await storeServer.stop(graceMilliseconds: 0) }
    func stopHolder() async { await holderServer.stop(graceMilliseconds: 0) }

    /// Writes a status into mailboxes, as a delivery worker would.
    @discardableResult
    func deliver(
        _ id: UInt64, by author: AccountID, named name: String, _ text: String, to addresses: [Address],
        kind: StatusRecord.Kind = .status, target: StatusID? = nil, visibility: Visibility = .public,
        mentions: [StatusRecord.Mention] = [], inReplyTo: StatusID? = nil, lane: Lane = .normal,
        reblogged: StatusRecord.Reblogged? = nil, editOf: StatusID? = nil
    ) throws -> [UInt8] {
        let record = StatusRecord(
            kind: kind, id: id, author: author, visibility: visibility, inReplyTo: inReplyTo, mentions: mentions,
            tags: TextEntities(of: text).tags, target: target, text: text, reblogged: reblogged, editOf: editOf)
        let bytes = RecordFormat.render(
            id: id, unixMilliseconds: id >> 16, host: "localhost", from: name, subject: "s",
            inReplyTo: inReplyTo?.rawValue,
            headers: record.headers, body: text)
        let writer = try MailboxWriter(root: directory + "/mailboxes", lane: lane.rawValue)
        for address in addresses {
            try writer.append(
                [bytes[...]], to: MailboxLocation(hash: address.hash, owner: address.owner, kind: address.kind), term: 1
            )
        }
        return bytes
    }

    /// Says it in `accounts`, as a store would.
    func append(_ change: AccountEvent.Change) async throws {
        let event = AccountEvent(id: EventID(rawValue: 1), change: change)
        try await queue.append(
            [.init(partition: PartitionIndex(rawValue: 0), bytes: ItemBatch.encoded([event.encoded()]))],
            to: Topics.accounts)
    }

    /// The files that a mailbox has.
    func files(of address: Address) throws -> [String] {
        let root = directory + "/mailboxes"
        let kind = address.kind
        let names = try FileManager.default.subpathsOfDirectory(atPath: root)
        return names.filter { $0.hasSuffix(".mbox") && $0.contains(kind) }.map { "\(root)/\($0)" }
    }
}

/// An answer over HTTP.
struct Answer {
    let status: Int
    let data: Data
    let headers: [String: String]

    func object() throws -> JSONObject { try JSONObject(data) }
    func list() throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    }
    var ids: [String] { ((try? list()) ?? []).compactMap { $0["id"] as? String } }
    var texts: [String] { ((try? list()) ?? []).compactMap { $0["content"] as? String } }
    var error: String? { try? object()["error"] as? String }
    func header(_ name: String) -> String? { headers[name.lowercased()] }
}

extension FrontWorld {
    func get(_ path: String, _ token: String? = nil) async throws -> Answer {
        try await send("GET", path, token)
    }

    func post(_ path: String, _ token: String? = nil, form: String = "", key: String? = nil) async throws -> Answer {
        try await send("POST", path, token, body: Data(form.utf8), type: "application/x-www-form-urlencoded", key: key)
    }

    func send(
        _ method: String, _ path: String, _ token: String? = nil, body: Data? = nil, type: String? = nil,
        key: String? = nil
    ) async throws -> Answer {
        let url = try #require(URL(string: "http://127.0.0.1:\(port)\(path)"))
        var request = URLRequest(url: url, timeoutInterval: 20)
        request.httpMethod = method
        request.httpBody = body
        if let type { request.setValue(type, forHTTPHeaderField: "Content-Type") }
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        if let key { request.setValue(key, forHTTPHeaderField: "Idempotency-Key") }
        let (data, response) = try await FrontWorld.session.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        var headers: [String: String] = [:]
        for (name, value) in http.allHeaderFields { headers["\(name)".lowercased()] = "\(value)" }
        return Answer(status: http.statusCode, data: data, headers: headers)
    }

    private static let session = {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpMaximumConnectionsPerHost = 32
        return URLSession(configuration: configuration)
    }()
}

/// Asks again until the answer is as wanted; fails after ten seconds.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("did not come about: \(what)")
}
