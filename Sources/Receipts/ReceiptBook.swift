public import DurableFiles

/// The receipts of one lane and partition: a ring of entries in one file, the oldest overwritten by the newest.
///
/// Receipts inform, nothing depends on them: `append` writes and never syncs. What a crash takes of it is counted again
/// by the replay that follows, or missing; an entry that is torn or overwritten half is not read. All calls block: only
/// on threads of your own. A book is written by one thread at a time, and read by anybody at any time.
public struct ReceiptBook: Sendable {
    static let headerBytes = 16
    static let magic: [UInt8] = Array("SCRCPT01".utf8)
    /// Entries that a file may hold at most, whatever its header says: 10 MiB.
    static let entriesMax = 1 << 18
    private static let numberMax: UInt64 = 1 << 62

    private let path: String
    private let entries: Int
    private let files: any FileSystem
    /// The number of the next entry; nil until the file was looked at.
    private var next: UInt64?

    /// `entries` is how many a new file holds.
    public init(path: String, entries: Int, files: any FileSystem = PosixFileSystem()) {
        self.path = path
        self.entries = min(max(entries, 16), Self.entriesMax)
        self.files = files
    }

    /// Where the books of a step lie: `scope` is a lane, or the spread of one.
    public static func path(sharedDirectory: String, scope: String, partition: Int) -> String {
        "\(sharedDirectory)/receipts/\(scope)/\(partition).ring"
    }

    /// Adds entries in order. A file that is none of ours, or of another size, is begun anew.
    public mutating func append(_ added: [ReceiptEntry]) throws(FileError) {
        guard !added.isEmpty else { return }
        if next == nil { try files.createDirectories(parentDirectory(of: path)) }
        let file = try files.open(path, .create)
        defer { file.close() }
        var number: UInt64
        if let next { number = next } else { number = try position(in: file) }
        var remaining = added.suffix(entries)
        while !remaining.isEmpty {
            let slot = Int(number % UInt64(entries))
            let run = remaining.prefix(entries - slot)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(run.count * ReceiptCodec.entryBytes)
            for (offset, entry) in run.enumerated() {
                bytes += ReceiptCodec.encoded(entry, number: number + UInt64(offset))
            }
            try file.write(bytes, at: Self.headerBytes + slot * ReceiptCodec.entryBytes)
            number += UInt64(run.count)
            remaining = remaining.dropFirst(run.count)
        }
        next = number
    }

    /// What a book holds, the oldest first.
    public struct Contents: Sendable, Hashable {
        public var entries: [ReceiptEntry] = []
        /// Older entries were overwritten.
        public var hasForgotten = false
    }

    /// Everything that can be read; nothing where there is no file.
    public static func contents(
        at path: String, files: any FileSystem = PosixFileSystem()
    ) throws(FileError) -> Contents {
        guard files.exists(path) else { return Contents() }
        let limit = headerBytes + entriesMax * ReceiptCodec.entryBytes
        let bytes = try files.contents(of: path, limitBytes: limit)
        guard bytes.starts(with: magic), bytes.count >= headerBytes else { return Contents() }
        let sorted = numbered(bytes[headerBytes...]).sorted { $0.number < $1.number }
        return Contents(entries: sorted.map(\.entry), hasForgotten: (sorted.first?.number ?? 1) > 1)
    }

    /// What can be read of the entries. A number that no book ever comes to is none of ours.
    private static func numbered(_ bytes: ArraySlice<UInt8>) -> [(number: UInt64, entry: ReceiptEntry)] {
        stride(from: bytes.startIndex, to: bytes.endIndex, by: ReceiptCodec.entryBytes).compactMap { start in
            let end = start + ReceiptCodec.entryBytes
            guard end <= bytes.endIndex, let found = ReceiptCodec.decoded(bytes[start..<end]) else { return nil }
            return found.number <= numberMax ? found : nil
        }
    }

    /// Behind the newest entry of a file; the file's first bytes are written where they are missing or others.
    private func position(in file: any OpenFile) throws(FileError) -> UInt64 {
        let header = Self.magic + ReceiptCodec.littleEndian(UInt32(entries)) + [0, 0, 0, 0]
        let size = try file.size()
        if size >= Self.headerBytes, try file.read(at: 0, count: Self.headerBytes) == header {
            let limit = min(size, Self.headerBytes + entries * ReceiptCodec.entryBytes)
            let bytes = try file.read(at: Self.headerBytes, count: limit - Self.headerBytes)
            return (Self.numbered(bytes[...]).map(\.number).max() ?? 0) + 1
        }
        try file.truncate(to: 0)
        try file.write(header, at: 0)
        return 1
    }
}
