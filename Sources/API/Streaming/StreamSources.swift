internal import Logging
internal import Mailbox
internal import ServiceLifecycle
internal import StatuscastModel
internal import Synchronization
internal import SystemClock

/// Subscriptions, and the way of what is new from mailboxes to them.
///
/// A mailbox that somebody subscribes to is watched. Where its holders tell of changes it is read when they do; where
/// they do not, for example because one is away, every few seconds. Nothing is lost while a connection lasts; between
/// two connections there may be a gap. May be used from anywhere, concurrently.
final class StreamSources: Service, Sendable {
    private typealias Queue = (stream: AsyncStream<StreamSource>, continuation: AsyncStream<StreamSource>.Continuation)

    private let watches: MailboxWatches
    private let files: StreamFiles
    private let delivery: StreamDelivery
    private let limits: APIConfiguration.StreamLimits
    private let logger: Logger
    private let sources = Mutex<[Address: StreamSource]>([:])
    /// When mailboxes are read again whose changes nobody tells of.
    private let due = Mutex<[Address: UInt64]>([:])
    /// Those whose holders tell of changes never wait for those whose holders have to be asked.
    private let told: Queue = AsyncStream.makeStream()
    private let untold: Queue = AsyncStream.makeStream()

    static let pollMilliseconds: UInt64 = 2_000
    static let workersEach = 4

    init(
        watches: MailboxWatches, files: StreamFiles, delivery: StreamDelivery, limits: APIConfiguration.StreamLimits,
        logger: Logger
    ) {
        self.watches = watches
        self.files = files
        self.delivery = delivery
        self.limits = limits
        self.logger = logger
    }

    func run() async throws {
        _ = await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for queue in [self.told, self.untold] {
                    for _ in 0..<StreamSources.workersEach {
                        group.addTask { for await source in queue.stream { await self.read(source) } }
                    }
                }
                group.addTask { await self.poll() }
            }
        }
    }

    // Subscribing.

    /// Returns once everything that comes from now on will be told. Throws 400 where the connection has too many.
    func subscribe(_ connection: StreamConnection, to topic: StreamTopic) async throws(ClientError) {
        switch connection.join(topic, max: limits.subscriptions) {
        case .known, .ended: return
        case .tooMany: throw .badRequest("Too many subscriptions")
        case .new: break
        }
        let subscriber = StreamSource.Subscriber(connection: connection.id, topic: topic)
        let joined = topic.mailboxes.map { address in
            sources.withLock { sources in
                let source = sources[address] ?? begin(address)
                sources[address] = source
                source.add(subscriber, connection)
                return source
            }
        }
        for source in joined { await source.opening { [weak self] in await self?.open(source) }.value }
        // It may have ended meanwhile, when what it had joined was not all there yet.
        if !connection.isSubscribed(to: topic) { remove(topic, of: connection) }
    }

    func unsubscribe(_ connection: StreamConnection, from topic: StreamTopic) {
        if connection.part(topic) { remove(topic, of: connection) }
    }

    /// The connection is over.
    func leave(_ connection: StreamConnection) {
        for topic in connection.end() { remove(topic, of: connection) }
    }

    private func begin(_ address: Address) -> StreamSource {
        let source = StreamSource(address)
        watches.pin(address) { [weak self, weak source] in if let source { self?.queue(source) } }
        return source
    }

    private func remove(_ topic: StreamTopic, of connection: StreamConnection) {
        let subscriber = StreamSource.Subscriber(connection: connection.id, topic: topic)
        for address in topic.mailboxes {
            sources.withLock { sources in
                guard let source = sources[address], source.remove(subscriber) else { return }
                sources[address] = nil
                watches.unpin(address)
            }
        }
    }

    private func open(_ source: StreamSource) async {
        let preparation = await watches.prepare(source.address)
        do {
            let (offsets, ids) = try await files.end(of: source.address)
            source.open(at: offsets, ids: ids)
        } catch {
            logger.error("the mailbox \(source.address) cannot be streamed now: \(error)")
            return readLater(source)
        }
        if preparation.feeds == nil { readLater(source) }
        // Something may have been announced before the mailbox was opened.
        queue(source)
    }

    // Reading.

    private func queue(_ source: StreamSource) {
        if source.wantsWork() { enter(source) }
    }

    private func enter(_ source: StreamSource) {
        (watches.isTold(source.address) ? told : untold).continuation.yield(source)
    }

    private func read(_ source: StreamSource) async {
        source.beginWork()
        defer { if source.endWork() { enter(source) } }
        guard isWanted(source) else { return }
        guard let offsets = source.offsets else { return await open(source) }
        await delivery.deliverVersions(of: source.takeEdits(), from: source)
        let preparation = await watches.prepare(source.address)
        do {
            let (after, fragments) = try await files.news(of: source.address, behind: offsets)
            let new = source.advance(to: after, ids: fragments.map(\.id))
            if !new.isEmpty {
                await delivery.deliver(StreamDelivery.once(fragments, new), from: source)
            }
        } catch {
            logger.error("what is new in the mailbox \(source.address) cannot be streamed now: \(error)")
            readLater(source)
        }
        if preparation.feeds == nil { readLater(source) }
    }

    private func isWanted(_ source: StreamSource) -> Bool {
        sources.withLock { $0[source.address] === source }
    }

    private func readLater(_ source: StreamSource) {
        due.withLock { $0[source.address] = MonotonicClock.milliseconds() + StreamSources.pollMilliseconds }
    }

    private func poll() async {
        while !Task.isCancelled {
            // The clock of the reading that nobody announces.
            try? await Task.sleep(for: .milliseconds(250))
            let now = MonotonicClock.milliseconds()
            let addresses = due.withLock { due in
                let reached = due.filter { $0.value <= now }.map(\.key)
                for address in reached { due[address] = nil }
                return reached
            }
            for address in addresses { sources.withLock { $0[address] }.map(queue) }
        }
    }

    // What has been shown.

    /// Statuses were deleted: whoever may have seen one is told.
    func deleted(_ ids: [UInt64]) { tellOfShown(ids) { delivery.delete($0, to: $1) } }

    /// Statuses were edited: new versions go where older ones were shown. What was notified of stays as it was told.
    func edited(_ ids: [UInt64]) {
        for source in sources.withLock({ Array($0.values) }) where !source.tellsNotifications {
            if source.noteEdits(of: ids) { queue(source) }
        }
    }

    /// Hands on each of the ids with the subscriptions that have shown it.
    private func tellOfShown(
        _ ids: [UInt64], _ tell: (UInt64, [(topic: StreamTopic, connection: StreamConnection)]) -> Void
    ) {
        var told: [UInt64: [StreamSource.Subscriber: StreamConnection]] = [:]
        for source in sources.withLock({ Array($0.values) }) {
            for id in source.hasShown(ids) {
                for (topic, connection) in source.subscribers {
                    told[id, default: [:]][.init(connection: connection.id, topic: topic)] = connection
                }
            }
        }
        for (id, subscribers) in told { tell(id, subscribers.map { ($0.key.topic, $0.value) }) }
    }
}
