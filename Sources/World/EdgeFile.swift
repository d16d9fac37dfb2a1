internal import CZlib
internal import Foundation

/// One row of account numbers for each account, ascending, mapped into memory: `docs/formats/world.md`.
///
/// Rows may be read from many threads at once. Opening reads the whole file for its checksum.
public struct EdgeFile: Sendable {
    /// What a row holds.
    public enum Direction: UInt32, Sendable {
        case followers = 1
        case following = 2
    }

    public let direction: Direction
    public let rows: Int
    public let edges: Int
    private let path: String
    private let bytes: Data
    private let tableOffset: Int

    /// Throws `.corrupt`, `.unsupportedVersion`, `.failed`.
    public init(path: String) throws(WorldError) {
        self.path = path
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        } catch {
            throw WorldError(.failed, "\(path) cannot be read: \(error)")
        }
        let header = try EdgeFileHeader(bytes, path: path)
        guard let direction = Direction(rawValue: header.direction) else {
            throw WorldError(.corrupt, "\(path): unknown direction \(header.direction)")
        }
        self.direction = direction
        rows = Int(header.rows)
        edges = Int(header.edges)
        tableOffset = Int(header.tableOffset)
        guard EdgeFileHeader.checksum(bytes.dropFirst(EdgeFileHeader.byteCount)) == header.contentChecksum else {
            throw WorldError(.corrupt, "\(path): the checksum does not fit; make the world anew")
        }
    }

    /// The length of a row.
    public func count(of account: Int) throws(WorldError) -> Int {
        var row: [UInt32] = []
        return try read(account, into: &row, onlyCount: true)
    }

    /// Replaces what `row` holds.
    public func read(_ account: Int, into row: inout [UInt32]) throws(WorldError) {
        _ = try read(account, into: &row, onlyCount: false)
    }

    private func read(_ account: Int, into row: inout [UInt32], onlyCount: Bool) throws(WorldError) -> Int {
        row.removeAll(keepingCapacity: true)
        let count: Int? = bytes.withUnsafeBytes { bytes in
            guard (0..<rows).contains(account) else { return nil }
            func offset(_ index: Int) -> Int {
                let stored = bytes.loadUnaligned(fromByteOffset: tableOffset + index * 8, as: UInt64.self)
                return Int(truncatingIfNeeded: UInt64(littleEndian: stored))
            }
            let (start, end) = (offset(account), offset(account + 1))
            guard start >= EdgeFileHeader.byteCount, start < end, end <= tableOffset else { return nil }
            var reader = NumberReader(bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            guard let count = reader.next(), count <= UInt64(end - start) else { return nil }
            if onlyCount { return Int(count) }
            var last: UInt64 = 0
            for _ in 0..<count {
                guard let difference = reader.next(), difference < UInt64(rows) else { return nil }
                last += difference
                guard last < UInt64(rows) else { return nil }
                row.append(UInt32(last))
            }
            return Int(count)
        }
        guard let count else { throw WorldError(.corrupt, "\(path): the row of account \(account) makes no sense") }
        return count
    }
}

/// LEB128 numbers out of bytes.
private struct NumberReader {
    let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Nil where the bytes end or the number has more than 35 bits.
    @inline(__always)
    mutating func next() -> UInt64? {
        var (value, shift) = (UInt64(0), UInt64(0))
        while position < bytes.count, shift < 35 {
            let byte = UInt64(bytes[position])
            position += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}

/// The first 64 bytes of an edge file.
struct EdgeFileHeader {
    static let byteCount = 64
    private static let magic = Array("SCEDGES\n".utf8)
    private static let version: UInt32 = 1

    var direction: UInt32
    var rows: UInt64
    var edges: UInt64
    var tableOffset: UInt64
    var contentChecksum: UInt32

    init(direction: UInt32, rows: UInt64, edges: UInt64, tableOffset: UInt64, contentChecksum: UInt32) {
        self.direction = direction
        self.rows = rows
        self.edges = edges
        self.tableOffset = tableOffset
        self.contentChecksum = contentChecksum
    }

    /// Also holds the table against the size of the file.
    init(_ file: Data, path: String) throws(WorldError) {
        guard file.count >= Self.byteCount, Array(file.prefix(8)) == Self.magic else {
            throw WorldError(.corrupt, "\(path) is no edge file of a world")
        }
        let header = Array(file.prefix(Self.byteCount))
        func integer<T: FixedWidthInteger>(_ offset: Int, as: T.Type = T.self) -> T {
            header.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
        }
        let version: UInt32 = integer(8)
        guard version == Self.version else {
            throw WorldError(.unsupportedVersion, "\(path) has version \(version); this program reads \(Self.version)")
        }
        guard integer(44) == Self.checksum(header[..<44]) else {
            throw WorldError(.corrupt, "\(path): the checksum of the header does not fit")
        }
        self.init(
            direction: integer(12), rows: integer(16), edges: integer(24), tableOffset: integer(32),
            contentChecksum: integer(40))
        guard rows <= UInt64(WorldParameters.accountsMax), tableOffset <= UInt64(file.count),
            UInt64(file.count) - tableOffset == (rows + 1) * 8
        else { throw WorldError(.corrupt, "\(path) has been cut off or added to") }
    }

    var encoded: [UInt8] {
        var bytes = Self.magic
        func add<T: FixedWidthInteger>(_ value: T) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
        add(Self.version)
        add(direction)
        add(rows)
        add(edges)
        add(tableOffset)
        add(contentChecksum)
        add(Self.checksum(bytes))
        return bytes + Array(repeating: 0, count: Self.byteCount - bytes.count)
    }

    /// CRC-32 of zlib; goes on from `start`.
    static func checksum(_ bytes: some ContiguousBytes, from start: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { bytes in
            UInt32(truncatingIfNeeded: crc32_z(UInt(start), bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
        }
    }
}
