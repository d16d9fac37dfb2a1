internal import Foundation

/// Writes an edge file row by row, from account 0 on; it appears under its name when it is whole and synced.
///
/// Holds 8 bytes an account and a megabyte. One owner.
final class EdgeFileWriter {
    private static let bufferBytes = 1 << 20

    private let path: String
    private let direction: EdgeFile.Direction
    private let file: FileHandle
    private var buffer: [UInt8] = []
    private var offsets: [UInt64] = [UInt64(EdgeFileHeader.byteCount)]
    private var written = UInt64(EdgeFileHeader.byteCount)
    private var edges: UInt64 = 0
    private var checksum: UInt32 = 0

    init(path: String, _ direction: EdgeFile.Direction) throws(WorldError) {
        self.path = path
        self.direction = direction
        let temporary = Self.temporary(path)
        guard FileManager.default.createFile(atPath: temporary, contents: nil),
            let file = FileHandle(forWritingAtPath: temporary)
        else { throw WorldError(.failed, "\(temporary) cannot be made") }
        self.file = file
        try Self.attempt(path) { try file.write(contentsOf: Data(count: EdgeFileHeader.byteCount)) }
    }

    /// The next account's row: ascending, without repetitions.
    func append(_ row: some RandomAccessCollection<UInt32>) throws(WorldError) {
        let start = buffer.count
        Self.append(UInt64(row.count), to: &buffer)
        var last: UInt32 = 0
        for number in row {
            Self.append(UInt64(number - last), to: &buffer)
            last = number
        }
        edges += UInt64(row.count)
        offsets.append(offsets[offsets.count - 1] + UInt64(buffer.count - start))
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    func finish() throws(WorldError) {
        try flush()
        let tableOffset = written
        for offset in offsets {
            withUnsafeBytes(of: offset.littleEndian) { buffer.append(contentsOf: $0) }
            if buffer.count >= Self.bufferBytes { try flush() }
        }
        try flush()
        let header = EdgeFileHeader(
            direction: direction.rawValue, rows: UInt64(offsets.count - 1), edges: edges, tableOffset: tableOffset,
            contentChecksum: checksum)
        let (file, path) = (self.file, self.path)
        try Self.attempt(path) {
            try file.seek(toOffset: 0)
            try file.write(contentsOf: Data(header.encoded))
            try file.synchronize()
            try file.close()
            guard rename(Self.temporary(path), path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        }
    }

    private func flush() throws(WorldError) {
        guard !buffer.isEmpty else { return }
        checksum = EdgeFileHeader.checksum(buffer, from: checksum)
        written += UInt64(buffer.count)
        let (file, bytes) = (self.file, Data(buffer))
        try Self.attempt(path) { try file.write(contentsOf: bytes) }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func temporary(_ path: String) -> String { path + ".new" }

    private static func append(_ number: UInt64, to buffer: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            buffer.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.append(UInt8(rest))
    }

    private static func attempt(_ path: String, _ body: () throws -> Void) throws(WorldError) {
        do {
            try body()
        } catch {
            throw WorldError(WorldFiles.code(of: error), "\(path) cannot be written: \(error)")
        }
    }
}
