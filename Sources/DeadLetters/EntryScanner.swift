internal import DurableFiles

/// Goes through the entries of a file, and past whatever in it is none. Blocks.
struct EntryScanner {
    struct Found {
        let id: DeadLetterID
        /// With its bytes.
        let letter: DeadLetter
    }

    private static let windowBytes = 256 << 10

    private let name: String
    private let file: any OpenFile
    private let size: Int
    private var position: Int
    private var window: [UInt8] = []
    private var windowStart = 0
    private(set) var damagedCount = 0
    /// Entries that a later release wrote.
    private(set) var unsupportedCount = 0

    init(_ file: any OpenFile, name: String, from position: Int = 0) throws(FileError) {
        self.file = file
        self.name = name
        self.position = position
        size = try file.size()
    }

    mutating func next() throws(FileError) -> Found? {
        while position < size {
            if let found = try entry() { return found }
            position = try nextMark() ?? size
        }
        return nil
    }

    /// The entry that begins at the position, which then moves behind it. Nil, and no move, where none does.
    mutating func entry() throws(FileError) -> Found? {
        let start = position
        let text = try bytes(at: start, upTo: Entry.headBytesMax)
        let head: EntryHead
        do throws(EntryHead.Problem) {
            head = try EntryHead(text)
        } catch {
            if error == .unsupported { unsupportedCount += 1 } else { damagedCount += 1 }
            return nil
        }
        let content = try bytes(at: start + head.byteCount, upTo: head.contentLength)
        guard content.count == head.contentLength, Checksum.crc32(content) == head.contentChecksum else {
            damagedCount += 1
            return nil
        }
        position = start + head.byteCount + content.count + 1
        var letter = head.letter
        letter.bytes = content
        return Found(id: DeadLetterID(file: name, offset: start, checksum: head.checksum), letter: letter)
    }

    /// Where the next line behind the position begins that could be an entry's first.
    private mutating func nextMark() throws(FileError) -> Int? {
        let pattern = [UInt8(ascii: "\n")] + Entry.mark
        var from = position
        while from < size {
            let bytes = try bytes(at: from, upTo: Self.windowBytes)
            var index = bytes.startIndex
            while let newline = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) {
                if bytes[newline...].starts(with: pattern) { return from + newline - bytes.startIndex + 1 }
                index = newline + 1
            }
            // A mark may lie across the end of what was read.
            guard bytes.count > pattern.count else { return nil }
            from += bytes.count - (from + bytes.count < size ? pattern.count : 0)
        }
        return nil
    }

    /// Fewer only at the end of the file.
    private mutating func bytes(at offset: Int, upTo count: Int) throws(FileError) -> ArraySlice<UInt8> {
        let count = max(0, min(count, size - offset))
        if offset < windowStart || offset + count > windowStart + window.count {
            window = try file.read(at: offset, count: max(count, min(Self.windowBytes, size - offset)))
            windowStart = offset
        }
        let start = offset - windowStart
        return window[start..<min(window.count, start + count)]
    }
}
