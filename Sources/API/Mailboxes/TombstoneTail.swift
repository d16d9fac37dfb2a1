internal import DurableFiles
internal import Logging
internal import Mailbox
internal import ServiceLifecycle
internal import StatuscastModel
internal import Synchronization

/// Loads the list of deletes and keeps up with it: when the holder announces a change, and every second anyway.
final class TombstoneTail: Service, Sendable {
    private let reader: MailboxReader
    private let threads: FileThreads
    private let watches: MailboxWatches
    private let tombstones: Tombstones
    private let logger: Logger
    private let changes: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let offsets = Mutex<[String: Int]>([:])

    init(
        reader: MailboxReader, threads: FileThreads, watches: MailboxWatches, tombstones: Tombstones, logger: Logger
    ) {
        self.reader = reader
        self.threads = threads
        self.watches = watches
        self.tombstones = tombstones
        self.logger = logger
        (changes, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        watches.pin(.tombstones) { [signal] in signal.yield() }
    }

    func run() async throws {
        // As it lies on disk, before any holder is asked: nothing is shown until then.
        await readFiles()
        signal.yield()
        _ = await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.tick() }
                for await _ in self.changes { await self.readNew() }
            }
        }
    }

    private func tick() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            signal.yield()
        }
        signal.finish()
    }

    private func readNew() async {
        _ = await watches.prepare(.tombstones)
        await readFiles()
    }

    private func readFiles() async {
        do {
            let new = try await threads.run { () throws(MailboxError) in try self.newTombstones() }
            tombstones.insert(new.compactMap { $0.header(StatusRecord.Header.target).flatMap { StatusID($0)?.rawValue } })
            tombstones.insert(
                authors: new.compactMap { $0.header(StatusRecord.Header.targetAccount).flatMap { AccountID($0) } })
            tombstones.markLoaded()
        } catch {
            logger.error("the list of deletes cannot be read: \(error)")
        }
    }

    /// Blocks. One call at a time.
    private func newTombstones() throws(MailboxError) -> [ParsedRecord] {
        try offsets.withLock { (offsets) throws(MailboxError) in
            let address = Address.tombstones
            let location = MailboxLocation(hash: address.hash, owner: address.owner, kind: address.kind)
            return try reader.records(location, afterOffsets: &offsets).compactMap { try? RecordFormat.parse($0[...]) }
        }
    }
}
