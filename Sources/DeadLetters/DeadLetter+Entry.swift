internal import DurableFiles

/// The text of an entry; `docs/formats/dead-letters.md`.
enum Entry {
    static let mark = Array("dead-letter ".utf8)
    static let version = 2
    /// More than that is no head of ours.
    static let headBytesMax = 64 << 10
    /// More than a frame can have.
    static let contentBytesMax = 64 << 20

    static func encoded(_ letter: DeadLetter) -> [UInt8] {
        var head = "dead-letter \(version)\ntime: \(letter.unixMilliseconds)\nstage: \(line(letter.stage))\n"
        head += "topic: \(line(letter.topic))\n"
        if let lane = letter.lane { head += "lane: \(line(lane))\n" }
        head += "partition: \(letter.partition)\n"
        if let source = letter.source { head += "source: \(line(source.description))\n" }
        if let address = letter.address { head += "address: \(line(address))\n" }
        if let id = letter.id { head += "id: \(id)\n" }
        if let content = letter.content { head += "content: \(content.rawValue)\n" }
        head += "reason: \(line(letter.reason))\n"
        head += "length: \(letter.bytes.count)\ncrc32: \(hexadecimal(Checksum.crc32(letter.bytes)))\n\n"
        return Array(head.utf8) + letter.bytes + [UInt8(ascii: "\n")]
    }

    private static func line(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(1_000).map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}

/// The lines before the empty line of an entry.
struct EntryHead {
    let letter: DeadLetter
    let contentLength: Int
    let contentChecksum: UInt32
    /// With the empty line.
    let byteCount: Int
    /// Of the whole head: it holds the time and the content's checksum, so it tells one entry from another.
    let checksum: UInt32

    enum Problem: Error {
        case damaged
        /// Written by a later release.
        case unsupported
    }

    /// The head that begins where `bytes` begin.
    init(_ bytes: ArraySlice<UInt8>) throws(Problem) {
        guard bytes.starts(with: Entry.mark), let end = Self.end(of: bytes) else { throw .damaged }
        let lines = bytes[..<(end - 2)].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard let version = Int(String(decoding: lines[0].dropFirst(Entry.mark.count), as: UTF8.self)) else {
            throw .damaged
        }
        guard (1...Entry.version).contains(version) else { throw .unsupported }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw .damaged }
            fields[String(decoding: line[..<colon], as: UTF8.self)] =
                String(decoding: line[(colon + 1)...].dropFirst(), as: UTF8.self)
        }
        guard let length = fields["length"].flatMap({ Int($0) }), (0...Entry.contentBytesMax).contains(length),
            let checksum = fields["crc32"].flatMap({ UInt32($0, radix: 16) }), let letter = Self.letter(fields)
        else { throw .damaged }
        self.letter = letter
        contentLength = length
        contentChecksum = checksum
        byteCount = end - bytes.startIndex
        self.checksum = Checksum.crc32(bytes[..<end])
    }

    /// Behind the empty line.
    private static func end(of bytes: ArraySlice<UInt8>) -> Int? {
        var index = bytes.startIndex
        while let newline = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) {
            let next = newline + 1
            if next < bytes.endIndex, bytes[next] == UInt8(ascii: "\n") { return next + 1 }
            index = next
        }
        return nil
    }

    /// Version 1 of the lanes says neither stage nor topic.
    private static func letter(_ fields: [String: String]) -> DeadLetter? {
        guard let time = fields["time"].flatMap({ UInt64($0) }), let reason = fields["reason"],
            let partition = fields["partition"].flatMap({ UInt16($0) }),
            let stage = fields["stage"] ?? fields["lane"].map({ _ in "deliver" }),
            let topic = fields["topic"] ?? fields["lane"].map({ "deliver.\($0)" })
        else { return nil }
        let content = fields["content"].flatMap { DeadLetter.Content(rawValue: $0) }
        return DeadLetter(
            stage: stage, topic: topic, lane: fields["lane"], partition: partition,
            source: fields["source"].flatMap(source), address: fields["address"],
            id: fields["id"].flatMap { UInt64($0) }, content: content ?? (fields["address"] == nil ? nil : .record),
            reason: reason, unixMilliseconds: time, bytes: [])
    }

    /// `stream/number/item`, or `stream number` in version 1 of the lanes.
    private static func source(_ text: String) -> DeadLetter.Source? {
        let parts = text.split { $0 == "/" || $0 == " " }
        guard parts.count >= 2, let number = UInt64(parts[1]) else { return nil }
        let item = parts.count > 2 ? Int(parts[2]) : nil
        return DeadLetter.Source(stream: String(parts[0]), number: number, item: item.flatMap { $0 < 0 ? nil : $0 })
    }
}
