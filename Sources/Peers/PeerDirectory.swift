internal import DurableFiles
internal import Lease
public import NIOCore
internal import Synchronization
public import Wire

/// Finds the processes that hold roles, by their lock files in the shared directory, and keeps a connection to each.
///
/// An address is looked up when it is first wanted, and again after a call to it failed, but not sooner than
/// `freshMilliseconds` after the last look; so long it is also remembered that nobody holds a role. Files are read on a
/// thread of the directory's own. May be used from any number of tasks; keep one in a process.
public final class PeerDirectory: Sendable {
    static let freshMilliseconds = 200

    private struct Entry {
        var outcome: Result<WireAddress, PeerError>
        var freshUntil: ContinuousClock.Instant
    }

    private struct State {
        var entries: [PeerTarget: Entry] = [:]
        var clients: [WireAddress: WireClient] = [:]
        /// Look-ups under way; the threads must outlive them.
        var lookUps = 0
        var isClosed = false
    }

    private let sharedDirectory: String
    private let group: any EventLoopGroup
    private let limits: WireLimits
    private let threads = FileThreads(name: "peers", count: 1)
    private let state = Mutex(State())

    public init(sharedDirectory: String, group: any EventLoopGroup, limits: WireLimits = .default) {
        self.sharedDirectory = sharedDirectory
        self.group = group
        self.limits = limits
    }

    deinit { threads.stop() }

    /// The canonical store. Throws `.unavailable` while nobody has ever held its lease.
    public func store() async throws(PeerError) -> StoreClient {
        StoreClient(channel: try await channel(.lease(LeaseName(scope: "store", index: 0))))
    }

    /// The canonical store, for the operator's command.
    public func operatorOfStore() async throws(PeerError) -> OperatorClient {
        OperatorClient(channel: try await channel(.lease(LeaseName(scope: "store", index: 0))))
    }

    /// The process that delivers to the mailboxes of a partition in a lane.
    public func mailboxHolder(lane: String, partition: Int) async throws(PeerError) -> MailboxClient {
        MailboxClient(channel: try await channel(.lease(LeaseName(scope: lane, index: partition))))
    }

    /// The process that issues ids with a node number.
    public func issuer(node: UInt16) async throws(PeerError) -> IssuerClient {
        IssuerClient(channel: try await channel(.node(node)))
    }

    /// Closes all connections and ends the thread; afterwards everything is `.unavailable`.
    public func close() async {
        let (clients, isIdle) = state.withLock { state in
            state.isClosed = true
            state.entries = [:]
            defer { state.clients = [:] }
            return (Array(state.clients.values), state.lookUps == 0)
        }
        if isIdle { threads.stop() }
        for client in clients { await client.close() }
    }

    /// Where the holder of a mailbox's partition is, for those who keep something by holder; looked up as for a call.
    public func mailboxHolderAddress(lane: String, partition: Int) async throws(PeerError) -> WireAddress {
        try await address(of: .lease(LeaseName(scope: lane, index: partition)))
    }

    private func channel(_ target: PeerTarget) async throws(PeerError) -> PeerChannel {
        _ = try await address(of: target)
        return PeerChannel(route: .holder(target, self))
    }

    func client(of target: PeerTarget) async throws(PeerError) -> WireClient {
        let address = try await address(of: target)
        let result: Result<WireClient, PeerError> = state.withLock { state in
            guard !state.isClosed else { return .failure(Self.closed) }
            if let client = state.clients[address] { return .success(client) }
            let client = WireClient(address: address, limits: limits, protocols: [PeerProtocol.spoken], group: group)
            state.clients[address] = client
            return .success(client)
        }
        return try result.get()
    }

    /// Makes the next call look the holder up again, unless that was done a moment ago.
    func forget(_ target: PeerTarget, ifStill client: WireClient) {
        state.withLock { state in
            guard let entry = state.entries[target], case .success(let address) = entry.outcome,
                state.clients[address] === client, ContinuousClock.now >= entry.freshUntil
            else { return }
            state.entries[target] = nil
        }
    }

    private static let closed = PeerError(.unavailable, "this process is stopping")

    private func address(of target: PeerTarget) async throws(PeerError) -> WireAddress {
        let known: Result<WireAddress, PeerError>? = state.withLock { state in
            if state.isClosed { return .failure(Self.closed) }
            guard let entry = state.entries[target] else { return nil }
            if case .failure = entry.outcome, ContinuousClock.now >= entry.freshUntil { return nil }
            return entry.outcome
        }
        if let known { return try known.get() }
        return try await lookUp(target)
    }

    private func lookUp(_ target: PeerTarget) async throws(PeerError) -> WireAddress {
        guard beginLookUp() else { throw Self.closed }
        let directory = sharedDirectory
        let outcome: Result<WireAddress, PeerError>
        do throws(PeerError) {
            outcome = .success(
                try await threads.run { () throws(PeerError) in try target.readAddress(in: directory) })
        } catch {
            outcome = .failure(error)
        }
        endLookUp()
        let unneeded = remember(outcome, of: target)
        for client in unneeded { await client.close() }
        return try outcome.get()
    }

    private func beginLookUp() -> Bool {
        state.withLock { state in
            if !state.isClosed { state.lookUps += 1 }
            return !state.isClosed
        }
    }

    /// The last one to end after `close` ends the thread.
    private func endLookUp() {
        let isLast = state.withLock { state in
            state.lookUps -= 1
            return state.isClosed && state.lookUps == 0
        }
        if isLast { threads.stop() }
    }

    /// Returns the connections that are broken and that no target leads to any more.
    private func remember(_ outcome: Result<WireAddress, PeerError>, of target: PeerTarget) -> [WireClient] {
        state.withLock { state in
            let freshUntil = ContinuousClock.now + .milliseconds(Self.freshMilliseconds)
            state.entries[target] = Entry(outcome: outcome, freshUntil: freshUntil)
            let wanted = Set(state.entries.values.compactMap { try? $0.outcome.get() })
            let unneeded = state.clients.filter { !wanted.contains($0.key) && !$0.value.isConnected }
            for address in unneeded.keys { state.clients[address] = nil }
            return Array(unneeded.values)
        }
    }
}
