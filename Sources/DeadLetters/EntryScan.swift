internal import DurableFiles

/// Reads a file of entries from its beginning, one after the other, in memory bounded by one entry.
///
/// What lies between entries and is none, a torn entry above all, is passed by up to the next line that starts one, and
/// told as damage.
struct EntryScan {
    struct Found {
        var letter: DeadLetter
        var id: DeadLetterID
        var offset: Int
        var endOffset: Int
    }

    enum Step {
        case entry(Found)
        case damage(offset: Int)
        case end
    }

    private let file: any OpenFile
    private let stem: String
    private let size: Int
    private var offset = 0

    init(_ file: any OpenFile, stem: String) throws(FileError) {
        self.file = file
        self.stem = stem
        size = try file.size()
    }

    mutating func next() throws(FileError) -> Step {
        guard offset < size else { return .end }
        if let found = try entry(at: offset) {
            offset = found.endOffset
            return .entry(found)
        }
        let damaged = offset
        offset = try nextMarker(after: offset) ?? size
        return .damage(offset: damaged)
    }

    private func entry(at start: Int) throws(FileError) -> Found? {
        let bytes = try file.read(at: start, count: min(EntryFormat.headBytesMax, size - start))
        guard bytes.starts(with: EntryFormat.marker),
            let end = bytes.indices.dropLast().first(where: { bytes[$0] == 10 && bytes[$0 + 1] == 10 }),
            var head = EntryFormat.head(bytes[..<end])
        else { return nil }
        let body = try file.read(at: start + end + 2, count: min(head.length + 1, size - start - end - 2))
        guard body.count == head.length + 1, body.last == 10, Checksum.crc32(body.dropLast()) == head.crc32
        else { return nil }
        head.letter.bytes = body.dropLast()
        let id = DeadLetterID(file: stem, hash: DeadLetterID.hash(of: head.letter, crc32: head.crc32))
        return Found(letter: head.letter, id: id, offset: start, endOffset: start + end + 2 + body.count)
    }

    /// Where the next line starts that begins with the marker.
    private func nextMarker(after start: Int) throws(FileError) -> Int? {
        let wanted = [10] + EntryFormat.marker
        var position = start
        while position < size {
            let bytes = try file.read(at: position, count: min(1 << 20, size - position))
            guard bytes.count >= wanted.count else { return nil }
            for index in 0...(bytes.count - wanted.count)
            where bytes[index] == 10 && bytes[index...].starts(with: wanted) { return position + index + 1 }
            position += bytes.count - wanted.count + 1
        }
        return nil
    }
}
