internal import DurableFiles

/// Reads mailboxes: the files of all lanes and terms of an address merged into one sequence by id.
///
/// Writers may write meanwhile, here or on other hosts. It keeps indexes of the mailboxes read last (16 bytes a
/// record), brings them up to date with the directory at every call, and holds no file open between calls. May be
/// used from any number of threads; all calls block, and those for one mailbox wait for each other while its index
/// is extended.
public final class MailboxReader: Sendable {
    public struct Page: Sendable {
        /// Descending by id, each id once. The bytes are the record whole and unchanged, with a checksum that is
        /// right.
        public var records: [(id: UInt64, bytes: [UInt8])]
        /// Where in the mailbox's files bytes are that are no whole record; what follows them was read.
        public var damaged: [(path: String, offset: Int)]
        /// The state of the files that the page shows, as `MailboxReader.signature` gives it.
        public var signature: [String: Int]
    }

    private let root: String
    private let cache: IndexCache

    /// `root` is the directory that holds all mailboxes; `memoryBytesMax` bounds the indexes kept.
    public init(root: String, memoryBytesMax: Int) {
        self.root = root
        cache = IndexCache(memoryBytesMax: memoryBytesMax)
    }

    /// The records with ids below `below` and above `above`, at most `limit`: the newest of them, or with
    /// `fromOldest` the oldest, newest first in either case. It is exact for what the files hold, in whatever order
    /// that arrived.
    ///
    /// Ids for which `skip` answers true are left out and not counted. A mailbox that does not exist is empty.
    /// Throws `.unsupportedVersion`, `.notPermitted`, `.invalid`, `.system`; damage is reported in the page.
    public func page(
        _ location: MailboxLocation, below: UInt64? = nil, above: UInt64? = nil, fromOldest: Bool = false, limit: Int,
        skip: (UInt64) -> Bool = { _ in false }
    ) throws(MailboxError) -> Page {
        let directory = try MailboxDirectory(root: root, location)
        return try ReadFailure.retrying { () throws(ReadFailure) in
            let files = try cache.index(of: location).refreshed(directory)
            cache.measured(location, memoryBytes: files.reduce(0) { $0 + $1.memoryBytes })
            var records = CheckedRecords(files)
            var page = Page(records: [], damaged: [], signature: [:])
            for copies in MergedIndexes(files, below: below, above: above, ascending: fromOldest) {
                if page.records.count >= limit { break }
                if skip(copies.id) { continue }
                if let bytes = try records.read(copies) { page.records.append((copies.id, bytes)) }
            }
            if fromOldest { page.records.reverse() }
            page.damaged = files.flatMap { file in file.damaged.map { (file.path, $0) } } + records.damaged
            page.signature = Dictionary(uniqueKeysWithValues: files.map { (fileName(of: $0.path), $0.size) })
            return page
        }
    }

    /// The sizes of the mailbox's files by name: equal signatures mean equal content, as files only grow.
    public func signature(_ location: MailboxLocation) throws(MailboxError) -> [String: Int] {
        let directory = try MailboxDirectory(root: root, location)
        return try ReadFailure.retrying { () throws(ReadFailure) in try directory.sizes() }
    }

    /// Every record that was appended behind `offsets`, file by file in order of arrival, doubles among them;
    /// `offsets` moves on. Start with none to get all. A file that has become shorter than its offset is read from
    /// its start.
    ///
    /// `onDamage` is told of bytes that are no whole record; what follows them is read.
    public func records(
        _ location: MailboxLocation, afterOffsets offsets: inout [String: Int],
        onDamage: (_ path: String, _ offset: Int) -> Void = { _, _ in }
    ) throws(MailboxError) -> [[UInt8]] {
        let directory = try MailboxDirectory(root: root, location)
        let before = offsets
        let (records, after, damaged) = try ReadFailure.retrying { () throws(ReadFailure) in
            var records: [[UInt8]] = []
            var after = before
            var damaged: [(path: String, offset: Int)] = []
            for (name, size) in try directory.sizes().sorted(by: { $0.key < $1.key }) {
                let known = before[name] ?? 0
                guard size != known else { continue }
                let file = try FileWindow(path: "\(directory.path)/\(name)")
                let scan = try RecordScan(file, from: known <= size ? known : 0) { _, _, record in
                    records.append(Array(record))
                }
                after[name] = scan.end
                damaged += scan.damaged.map { (file.path, $0) }
            }
            return (records, after, damaged)
        }
        offsets = after
        for (path, offset) in damaged { onDamage(path, offset) }
        return records
    }

    /// What the indexes kept take now.
    var memoryBytes: Int { cache.memoryBytes }
}

/// Reads records of some files for one page; each file is opened once, when the first record of it is wanted.
private struct CheckedRecords {
    private let files: [FileIndex]
    private var open: [Int: FileWindow] = [:]
    /// Records that were whole when they were indexed and are not now.
    private(set) var damaged: [(path: String, offset: Int)] = []

    init(_ files: [FileIndex]) { self.files = files }

    /// The first copy that is whole, nil if none is.
    mutating func read(_ copies: MergedIndexes.Copies) throws(ReadFailure) -> [UInt8]? {
        for (file, entry) in copies.places {
            let bytes = try window(on: file).read(at: entry.offset, count: entry.length)
            if bytes.count == entry.length && bytes.withUnsafeBytes({ RecordPrefix.isWhole($0) }) { return bytes }
            damaged.append((files[file].path, entry.offset))
        }
        return nil
    }

    private mutating func window(on file: Int) throws(ReadFailure) -> FileWindow {
        if let window = open[file] { return window }
        let window = try FileWindow(path: files[file].path)
        open[file] = window
        return window
    }
}

private func fileName(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
}
