internal import DurableFiles
internal import StatuscastModel

/// Writes the sections of one snapshot to its file, one after the other. Blocks; memory: one section.
public struct SnapshotWriter {
    private let file: any OpenFile
    private var offset = 0
    private var sections: UInt64 = 0
    /// Of everything before: a section fits only where it was written.
    private var checksum: UInt32 = 0

    init(_ file: any OpenFile) throws(FileError) {
        self.file = file
        try write(SnapshotSection.prefix())
    }

    mutating func section(_ kind: SnapshotSection.Kind, _ content: ByteWriter) throws(FileError) {
        var header = ByteWriter(reserving: SnapshotSection.headerBytes)
        header.integer(UInt32(content.bytes.count))
        header.integer(kind.rawValue)
        checksum = Checksum.crc32(content.bytes, seed: Checksum.crc32(header.bytes, seed: checksum))
        header.integer(checksum)
        try file.write(header.bytes, at: offset)
        try file.write(content.bytes, at: offset + header.bytes.count)
        offset += header.bytes.count + content.bytes.count
        sections += 1
    }

    /// Ends `content` as a section and starts another one, if it is full.
    mutating func sectionIfFull(_ kind: SnapshotSection.Kind, _ content: inout ByteWriter) throws(FileError) {
        guard content.bytes.count >= SnapshotSection.fullBytes else { return }
        try section(kind, content)
        content = ByteWriter(reserving: SnapshotSection.fullBytes)
    }

    /// The last section; then everything is made durable.
    mutating func end() throws(FileError) {
        var content = ByteWriter()
        content.integer(sections)
        try section(.end, content)
        try file.sync()
    }

    var bytesWritten: Int { offset }

    private mutating func write(_ bytes: [UInt8]) throws(FileError) {
        try file.write(bytes, at: offset)
        checksum = Checksum.crc32(bytes, seed: checksum)
        offset += bytes.count
    }
}
