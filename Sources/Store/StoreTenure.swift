internal import CanonicalStore
internal import HashRing
internal import Lease
internal import Logging
internal import Queue
internal import StatuscastModel
internal import Traces
internal import Wire

/// One tenure of the store's lease: the two consumers, the line of changes, and what is answered from outside.
struct StoreTenure: Sendable {
    let address: WireAddress
    let lease: Lease
    let answers: StoreAnswers
    private let configuration: StoreConfiguration
    private let users: UserStore
    private let messages: MessageStore
    private let deadLetters: StoreDeadLetters
    private let queue: any Queue
    private let catchUp: CatchUp
    private let line: ChangeLine
    private let logger: Logger

    init(
        configuration: StoreConfiguration, address: WireAddress, users: UserStore, messages: MessageStore,
        lease: Lease, issuer: IdentifierIssuer, passwords: Passwords, deadLetters: StoreDeadLetters, queue: any Queue,
        logger: Logger
    ) {
        self.configuration = configuration
        self.address = address
        self.users = users
        self.messages = messages
        self.lease = lease
        self.deadLetters = deadLetters
        self.queue = queue
        self.logger = logger
        catchUp = CatchUp()
        line = ChangeLine(
            users: users, queue: queue, issuer: issuer, catchUp: catchUp, waitingMax: configuration.waitingChangesMax,
            logger: logger)
        answers = StoreAnswers(
            users: users, messages: messages, line: line, catchUp: catchUp, issuer: issuer, passwords: passwords,
            counts: RecentCounts(), queue: queue, partitions: configuration.partitions)
    }

    var isCaughtUp: Bool { catchUp.isDone }

    /// Runs until its task is cancelled, or one of its parts cannot go on.
    func run() async throws {
        let userCursors = try await startOfAccounts()
        let messageCursors = try await startOfAccepted()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await accountsConsumer.run(from: userCursors) }
            group.addTask { try await acceptedConsumer.run(from: messageCursors) }
            group.addTask { await line.run() }
            group.addTask { await Publisher(answers: answers, logger: logger).run() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private var userPartitions: [PartitionIndex] {
        (0..<configuration.userShards).map { PartitionIndex(rawValue: UInt16($0)) }
    }

    /// A partition of `accounts` is a shard of the user store.
    private var accountsConsumer: TopicConsumer<AccountEvent> {
        let (users, catchUp, queue, partitions) = (self.users, self.catchUp, self.queue, userPartitions)
        return TopicConsumer(
            topic: Topics.accounts, partitions: partitions, queue: queue, term: lease.term,
            batchBytes: configuration.batchBytes,
            decode: { bytes throws(DecodeError) in try AccountEvent(decoding: bytes) },
            apply: { batch throws(StoreError) in
                var total = AppliedCounts()
                let updates = batch.updates(topic: Topics.accounts)
                for update in updates {
                    let counts = try await users.apply(
                        batch.events.filter { $0.partition.rawValue == update.partition }.map(\.event),
                        shard: Int(update.partition), cursors: [update])
                    total.add(counts)
                }
                return total
            },
            putAside: deadLetters.keep,
            onProgress: { cursors in try await catchUp.check(cursors, queue, partitions: partitions) },
            metrics: StoreMetrics(topic: Topics.accounts), logger: logger)
    }

    /// A batch is spread over the shards by status id. Each shard gets the cursors, in the transaction of its part, so
    /// none is ahead of what it holds.
    private var acceptedConsumer: TopicConsumer<AcceptedEvent> {
        let (messages, logger) = (self.messages, self.logger)
        return TopicConsumer(
            topic: Topics.accepted, partitions: configuration.partitions.all, queue: queue, term: lease.term,
            batchBytes: configuration.batchBytes,
            decode: { bytes throws(DecodeError) in try AcceptedEvent(decoding: bytes) },
            apply: { batch throws(StoreError) in
                var total = AppliedCounts()
                let updates = batch.updates(topic: Topics.accepted)
                let byShard = Dictionary(grouping: batch.events.map(\.event)) { messages.shard(of: $0) }
                for shard in 0..<messages.shardCount {
                    total.add(try await messages.apply(byShard[shard] ?? [], shard: shard, cursors: updates))
                }
                if logger.logLevel <= .debug {
                    for (_, event) in batch.events {
                        logger.debug("stored", metadata: .about(event.trace, status: event.status))
                    }
                }
                return total
            },
            putAside: deadLetters.keep, metrics: StoreMetrics(topic: Topics.accepted), logger: logger)
    }

    private func startOfAccounts() async throws -> [PartitionIndex: Cursor] {
        var start: [PartitionIndex: Cursor] = [:]
        for partition in userPartitions {
            let shard = Int(partition.rawValue)
            let bytes = try await users.cursors(of: Topics.accounts, shard: shard)[partition.rawValue]
            start[partition] = try bytes.map { try CursorCodec.decoded($0) } ?? Cursor()
        }
        return start
    }

    /// As far as all shards have come.
    private func startOfAccepted() async throws -> [PartitionIndex: Cursor] {
        var start: [PartitionIndex: Cursor] = [:]
        for shard in 0..<messages.shardCount {
            let stored = try await messages.cursors(of: Topics.accepted, shard: shard)
            for partition in configuration.partitions.all {
                let cursor = try stored[partition.rawValue].map { try CursorCodec.decoded($0) } ?? Cursor()
                start[partition] = shard == 0 ? cursor : start[partition].map { $0.meet(cursor) }
            }
        }
        return start
    }
}
