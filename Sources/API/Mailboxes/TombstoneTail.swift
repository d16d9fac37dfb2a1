internal import DurableFiles
internal import Logging
internal import Mailbox
internal import ServiceLifecycle
internal import StatuscastModel
internal import Synchronization

/// Loads the list of deletes, in which new versions stand as well, and keeps up with it: when the holder announces a
/// change, and every second while nobody announces any.
final class TombstoneTail: Service, Sendable {
    private let reader: MailboxReader
    private let threads: FileThreads
    private let watches: MailboxWatches
    private let tombstones: Tombstones
    private let site: Site
    private let logger: Logger
    private let changes: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let offsets = Mutex<[String: Int]>([:])
    /// Told of deleted statuses, after they are hidden everywhere.
    private let onDeletes: @Sendable ([UInt64]) -> Void
    /// Told of edited statuses, after their new versions show everywhere.
    private let onEdits: @Sendable ([UInt64]) -> Void

    init(
        reader: MailboxReader, threads: FileThreads, watches: MailboxWatches, tombstones: Tombstones, site: Site,
        logger: Logger, onDeletes: @escaping @Sendable ([UInt64]) -> Void = { _ in },
        onEdits: @escaping @Sendable ([UInt64]) -> Void = { _ in }
    ) {
        self.site = site
        self.onDeletes = onDeletes
        self.onEdits = onEdits
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
            for await _ in self.changes {
                if await self.readNew() { continue }
                // A back-off: no holder answers, or the files cannot be read, and neither tells when it is over.
                try? await Task.sleep(for: .milliseconds(TombstoneTail.retryMilliseconds))
                self.signal.yield()
            }
        }
    }

    private static let retryMilliseconds = 1_000

    /// Whether everything there is was read, and the next change will be announced.
    private func readNew() async -> Bool {
        let preparation = await watches.prepare(.tombstones)
        let isRead = await readFiles()
        return isRead && preparation.feeds != nil
    }

    @discardableResult
    private func readFiles() async -> Bool {
        do {
            let new = try await threads.run { () throws(MailboxError) in try self.newTombstones() }
            let deletes = new.deletes
            let deleted = deletes.compactMap { delete in
                delete.header(StatusRecord.Header.target).flatMap { StatusID($0)?.rawValue }
            }
            tombstones.insert(deleted)
            tombstones.insert(
                authors: deletes.compactMap { $0.header(StatusRecord.Header.targetAccount).flatMap { AccountID($0) } })
            for version in new.versions { tombstones.insert(version: version) }
            tombstones.markLoaded()
            if !deleted.isEmpty { onDeletes(deleted) }
            if !new.versions.isEmpty { onEdits(new.versions.map(\.id)) }
            return true
        } catch {
            logger.error("the list of deletes cannot be read: \(error)")
            return false
        }
    }

    /// Blocks. One call at a time.
    private func newTombstones() throws(MailboxError) -> (deletes: [ParsedRecord], versions: [Fragment]) {
        try offsets.withLock { (offsets) throws(MailboxError) in
            let address = Address.tombstones
            let location = MailboxLocation(hash: address.hash, owner: address.owner, kind: address.kind)
            let records = try reader.records(location, afterOffsets: &offsets) { path, offset in
                logger.error("a delete in \(path) at byte \(offset) is damaged: what it hides may show again")
            }
            var new: (deletes: [ParsedRecord], versions: [Fragment]) = ([], [])
            for record in records {
                guard let parsed = parsed(record) else { continue }
                if parsed.header(StatusRecord.Header.editOf) == nil {
                    new.deletes.append(parsed)
                } else if let version = version(record) {
                    new.versions.append(version)
                }
            }
            return new
        }
    }

    private func version(_ record: [UInt8]) -> Fragment? {
        do {
            return try RecordReading.fragment(record[...], site: site)
        } catch {
            logger.error("a new version in the list of deletes cannot be read: an old one may show again: \(error)")
            return nil
        }
    }

    private func parsed(_ record: [UInt8]) -> ParsedRecord? {
        do {
            return try RecordFormat.parse(record[...])
        } catch {
            logger.error("a record in the list of deletes cannot be read: what it hides may show again: \(error)")
            return nil
        }
    }
}
