internal import DurableFiles
public import StatuscastModel

/// Statuses by id, with the marks of refused and deleted ones, and what people did to them, in `messages-<n>.sqlite`.
///
/// A status is stored once: the same verdict again changes nothing, acceptance wins over refusal, either over being
/// held, a delete may come before its status, and the same id with other content is kept in `conflicts`. All calls may
/// run concurrently; they block threads of the store's own.
public final class MessageStore: Sendable {
    public let shardCount: Int
    let shards: [Shard]

    /// Opens or makes the files. Errors as with `UserStore.open`.
    public static func open(
        in directory: StoreDirectory, shards count: Int = 1, journal: StoreJournal = .writeAheadLog
    ) async throws(StoreError) -> MessageStore {
        let readers = Readers(name: "messages-read")
        let shards = try await readers.threads.run { () throws(StoreError) in
            try Shard.openAll(
                in: directory, kind: "messages", count: count, journal: journal, migrator: MessageSchema.migrator,
                readers: readers)
        }
        return MessageStore(shards: shards)
    }

    private init(shards: [Shard]) {
        shardCount = shards.count
        self.shards = shards
    }

    /// Applies verdicts and deletes of one shard, in order, and the cursors that stand for them, in one transaction.
    /// Durable when it returns. Every shard must be given the cursor of every batch, also where nothing in it is for
    /// the shard.
    @discardableResult
    public func apply(
        _ events: [AcceptedEvent], shard: Int, cursors: [CursorUpdate] = []
    ) async throws(StoreError) -> AppliedCounts {
        try await shards[shard].write { db in
            var batch = MessageBatch()
            for event in events { try batch.apply(event, db) }
            try batch.finish(db)
            try SharedTables.write(cursors, db)
            return batch.counts
        }
    }

    public func shard(of status: StatusID) -> Int {
        Int(AccountID(rawValue: status.rawValue).partitionHash % UInt64(shardCount))
    }

    public func shard(of event: AcceptedEvent) -> Int { shard(of: event.status) }

    /// Lets what is under way finish; afterwards everything throws `.closed`.
    public func close() async {
        for shard in shards { await shard.close() }
    }
}
