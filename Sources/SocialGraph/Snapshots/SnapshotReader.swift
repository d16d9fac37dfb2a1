internal import DurableFiles
internal import StatuscastModel

/// Reads the sections of one snapshot in order. Blocks; memory: one section. Nothing traps, whatever is in the file.
struct SnapshotReader {
    private let file: any OpenFile
    private let size: Int
    private var offset = SnapshotSection.prefixBytes
    private var sections: UInt64 = 0
    private var checksum: UInt32

    init(_ file: any OpenFile) throws(SnapshotError) {
        self.file = file
        let prefix: [UInt8]
        do throws(FileError) {
            size = try file.size()
            prefix = try file.read(at: 0, count: min(size, SnapshotSection.prefixBytes))
        } catch {
            throw SnapshotError(error, file.path)
        }
        guard prefix.count == SnapshotSection.prefixBytes, prefix.starts(with: SnapshotSection.magic) else {
            throw SnapshotError(.damaged, file.path, "it does not start as a snapshot does")
        }
        guard prefix == SnapshotSection.prefix() else {
            let version = prefix[8...].reversed().reduce(0) { $0 << 8 | UInt32($1) }
            throw SnapshotError(
                .unsupportedVersion, file.path,
                "it is of version \(version), this release reads version \(SnapshotSection.version)")
        }
        checksum = Checksum.crc32(prefix)
    }

    /// Nil at the end; throws where the file ends before it.
    mutating func next() throws(SnapshotError) -> SnapshotSection? {
        let header = try read(SnapshotSection.headerBytes)
        var reader = ByteReader(header)
        let (length, kind, expected): (UInt32, UInt32, UInt32)
        do throws(DecodeError) {
            length = try reader.integer("length")
            kind = try reader.integer("kind")
            expected = try reader.integer("checksum")
        } catch {
            throw damaged("\(error)")
        }
        let start = offset
        offset += SnapshotSection.headerBytes
        let content = try read(Int(length))
        checksum = Checksum.crc32(content, seed: Checksum.crc32(header[..<8], seed: checksum))
        guard checksum == expected else { throw damaged("the checksum of the section at offset \(start) is wrong") }
        offset += content.count
        guard kind != SnapshotSection.Kind.end.rawValue else {
            var reader = ByteReader(content)
            guard let count = try? reader.integer("sections", as: UInt64.self), count == sections else {
                throw damaged("it does not end with as many sections as it has")
            }
            return nil
        }
        sections += 1
        return SnapshotSection(kind: SnapshotSection.Kind(rawValue: kind), content: content)
    }

    private func read(_ count: Int) throws(SnapshotError) -> [UInt8] {
        guard count <= size - offset else { throw damaged("it ends within the section at offset \(offset)") }
        let bytes: [UInt8]
        do throws(FileError) { bytes = try file.read(at: offset, count: count) } catch {
            throw SnapshotError(error, file.path)
        }
        guard bytes.count == count else { throw damaged("it ends within the section at offset \(offset)") }
        return bytes
    }

    private func damaged(_ detail: String) -> SnapshotError { SnapshotError(.damaged, file.path, detail) }
}
