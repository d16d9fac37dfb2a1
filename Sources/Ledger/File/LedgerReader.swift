internal import Foundation

/// Reads a ledger from its beginning to its end, holding a chunk at a time. Blocks.
public struct LedgerReader: Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    /// Calls `body` for each record, in the order in which answers came. A record that was cut off at the end is left
    /// out: the run was killed. Throws where a record is damaged, naming its offset.
    public func forEach(_ body: (LedgerRecord) throws -> Void) throws {
        let file = try ReadingFile(path: path)
        var header = [UInt8](repeating: 0, count: 16)
        guard try file.fill(&header) == header.count else { throw damaged(0, "it has no header") }
        let size = try recordSize(header)
        var chunk = [UInt8](repeating: 0, count: size * 4_096)
        var offset = header.count
        while true {
            let count = try file.fill(&chunk)
            let whole = count / size
            try chunk.withUnsafeBytes { raw in
                for index in 0..<whole {
                    let start = index * size
                    let bytes = UnsafeRawBufferPointer(rebasing: raw[start..<start + size])
                    guard let record = LedgerRecord(decoding: bytes) else {
                        throw damaged(offset + start, "the checksum is wrong")
                    }
                    try body(record)
                }
            }
            offset += count
            if count < chunk.count { return }
        }
    }

    private func recordSize(_ header: [UInt8]) throws -> Int {
        guard Array(header[..<8]) == LedgerWriter.magic else { throw damaged(0, "it is no ledger") }
        let version = header.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8, as: UInt32.self).littleEndian }
        switch version {
        case 1: return LedgerRecord.firstSize
        case LedgerWriter.version: return LedgerRecord.size
        default:
            throw LedgerError(
                .unsupportedVersion,
                "\(path) has version \(version); this release reads up to version \(LedgerWriter.version)")
        }
    }

    private func damaged(_ offset: Int, _ what: String) -> LedgerError {
        LedgerError(.damaged, "the ledger \(path) is damaged at byte \(offset): \(what)")
    }
}

/// An open file that is read from front to back.
struct ReadingFile: ~Copyable {
    private let path: String
    private let descriptor: Int32

    init(path: String) throws(LedgerError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw LedgerError(.file, "\(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
    }

    deinit { _ = close(descriptor) }

    /// Reads until the bytes from `start` on are full or the file ends; answers how many came.
    func fill(_ bytes: inout [UInt8], from start: Int = 0) throws(LedgerError) -> Int {
        var done = start
        while done < bytes.count {
            let wanted = bytes.count - done
            let count = bytes.withUnsafeMutableBytes { raw in
                read(descriptor, raw.baseAddress.map { $0 + done }, wanted)
            }
            if count == 0 { break }
            guard count > 0 else {
                throw LedgerError(.file, "\(path) cannot be read: \(String(cString: strerror(errno)))")
            }
            done += count
        }
        return done - start
    }
}
