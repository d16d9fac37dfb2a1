internal import DurableFiles

/// The cursor beside a lease: opaque bytes in a file that is replaced whole.
///
/// | bytes | field |
/// | --- | --- |
/// | 8 | `SCCURSOR` |
/// | 4 | version, 1 |
/// | 8 | term of the holder that wrote it |
/// | 4 | length of the content |
/// | 4 | CRC32 of the 24 bytes before this field and the content |
/// | … | content |
///
/// Integers are little-endian.
struct CursorFile {
    static let contentBytesMax = 16 << 20
    private static let magic = Array("SCCURSOR".utf8)
    private static let headerBytes = 28

    let path: String
    let files: any FileSystem

    /// Nil if there is none yet.
    func load() throws(FileError) -> (term: UInt64, content: [UInt8])? {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try files.contents(of: path, limitBytes: Self.contentBytesMax + Self.headerBytes)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
        guard bytes.count >= Self.headerBytes, bytes.starts(with: Self.magic) else {
            throw damaged("it is no cursor file")
        }
        let version = bytes.integer(at: 8, as: UInt32.self)
        guard version == 1 else { throw damaged("it is of version \(version), this release reads version 1") }
        let content = bytes[Self.headerBytes...]
        guard Int(bytes.integer(at: 20, as: UInt32.self)) == content.count,
            bytes.integer(at: 24, as: UInt32.self) == Self.checksum(bytes[..<24], content)
        else { throw damaged("its length or checksum is wrong: move it away to replay what the queue still has") }
        return (bytes.integer(at: 12, as: UInt64.self), Array(content))
    }

    func save(_ content: [UInt8], term: UInt64) throws(FileError) {
        guard content.count <= Self.contentBytesMax else {
            throw damaged("\(content.count) bytes are too many for a cursor")
        }
        var bytes = Self.magic
        bytes.append(littleEndian: UInt32(1))
        bytes.append(littleEndian: term)
        bytes.append(littleEndian: UInt32(content.count))
        bytes.append(littleEndian: Self.checksum(bytes[...], content[...]))
        try files.replace(path, with: bytes + content)
    }

    private func damaged(_ detail: String) -> FileError {
        FileError(code: .system, operation: "cursor", path: path, detail: detail)
    }

    private static func checksum(_ header: ArraySlice<UInt8>, _ content: ArraySlice<UInt8>) -> UInt32 {
        Checksum.crc32(content, seed: Checksum.crc32(header))
    }
}

extension [UInt8] {
    fileprivate mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    /// The caller has checked that the bytes are there.
    fileprivate func integer<T: FixedWidthInteger>(at offset: Int, as type: T.Type) -> T {
        self[offset..<offset + MemoryLayout<T>.size].reversed().reduce(0) { $0 << 8 | T($1) }
    }
}
