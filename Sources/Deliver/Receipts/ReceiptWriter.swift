internal import DurableFiles
internal import HashRing
internal import Logging
internal import Receipts
internal import StatuscastModel
internal import Synchronization

/// The lane's books of receipts. `write` blocks: only on threads of our own.
final class ReceiptWriter: Sendable {
    private let configuration: DeliverConfiguration
    private let logger: Logger
    private let books = Mutex<[PartitionIndex: ReceiptBook]>([:])

    init(_ configuration: DeliverConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Receipts that cannot be written are missing; deliveries do not wait for them.
    func write(_ entries: [PartitionIndex: [ReceiptEntry]]) {
        for (partition, entries) in entries where configuration.receiptsKept > 0 {
            do throws(FileError) {
                var book = books.withLock { $0[partition] } ?? makeBook(partition)
                try book.append(entries)
                books.withLock { [book] in $0[partition] = book }
            } catch {
                logger.warning(
                    "receipts of partition \(partition) are not written", metadata: ["error": "\(error)"])
            }
        }
    }

    /// The partition was given up: its next holder goes on in the file, and so does this one after a look at it.
    func forget(_ partition: PartitionIndex) { books.withLock { $0[partition] = nil } }

    private func makeBook(_ partition: PartitionIndex) -> ReceiptBook {
        let path = ReceiptBook.path(
            sharedDirectory: configuration.sharedDirectory, scope: configuration.lane.rawValue,
            partition: Int(partition.rawValue))
        return ReceiptBook(path: path, entries: configuration.receiptsKept)
    }
}
