internal import DurableFiles

/// One entry as bytes; `docs/formats/dead-letters.md` holds the table. Writes version 2, reads 1 and 2.
enum EntryFormat {
    static let marker = Array("dead-letter ".utf8)
    /// A head is a dozen short lines; a reason may be long.
    static let headBytesMax = 64 << 10
    /// More than a frame can have.
    static let bodyBytesMax = 64 << 20
    private static let reasonBytesMax = 16 << 10

    struct Head {
        var letter: DeadLetter
        var length: Int
        var crc32: UInt32
    }

    static func encoded(_ letter: DeadLetter) -> [UInt8] {
        var head = "dead-letter 2\ntime: \(letter.unixMilliseconds)\nstage: \(line(letter.stage))\n"
        head += "topic: \(line(letter.topic))\n"
        if let lane = letter.lane { head += "lane: \(line(lane))\n" }
        head += "partition: \(letter.partition)\n"
        if let source = letter.source { head += "source: \(line(source.description))\n" }
        if let address = letter.address { head += "address: \(line(address))\n" }
        if let id = letter.id { head += "id: \(id)\n" }
        head += "reason: \(line(letter.reason))\n"
        let crc = String(Checksum.crc32(letter.bytes), radix: 16)
        head += "length: \(letter.bytes.count)\ncrc32: \(String(repeating: "0", count: 8 - crc.count))\(crc)\n\n"
        return Array(head.utf8) + letter.bytes + [UInt8(ascii: "\n")]
    }

    private static func line(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
        let line = String(String.UnicodeScalarView(scalars))
        return line.utf8.count <= reasonBytesMax ? line : String(line.prefix(reasonBytesMax / 4)) + " …"
    }

    /// The lines from the marker to before the empty line. Nil where they are none of ours.
    static func head(_ bytes: ArraySlice<UInt8>) -> Head? {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, first == "dead-letter 1" || first == "dead-letter 2" else { return nil }
        var fields: [Substring: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            fields[line[..<colon]] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        guard let time = fields["time"].flatMap({ UInt64($0) }),
            let partition = fields["partition"].flatMap({ UInt16($0) }),
            let length = fields["length"].flatMap({ Int($0) }), (0...bodyBytesMax).contains(length),
            let crc = fields["crc32"].flatMap({ UInt32($0, radix: 16) }),
            let stage = fields["stage"] ?? fields["lane"].map({ _ in "deliver" }),
            let topic = fields["topic"] ?? fields["lane"].map({ "deliver.\($0)" })
        else { return nil }
        let letter = DeadLetter(
            stage: stage, topic: topic, lane: fields["lane"], partition: partition,
            source: fields["source"].flatMap { DeadLetterSource($0) }, address: fields["address"],
            id: fields["id"].flatMap { UInt64($0) }, reason: fields["reason"] ?? "", unixMilliseconds: time, bytes: [])
        return Head(letter: letter, length: length, crc32: crc)
    }
}
