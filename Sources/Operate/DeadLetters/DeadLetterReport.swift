internal import DeadLetters
internal import Foundation

/// A dead letter as commands show it.
struct DeadLetterReport: Encodable {
    let id: String
    let time: String
    let stage: String
    let topic: String
    let lane: String?
    let partition: UInt16
    let source: String?
    let address: String?
    let status: String?
    let content: String?
    let reason: String
    let byteCount: Int
    let settled: String?
    /// Only where the bytes were read and are text.
    var text: String?
    /// Only where the bytes were read and are none.
    var base64: String?

    init(_ stored: StoredDeadLetter, withBytes: Bool = false) {
        let letter = stored.letter
        id = stored.id.description
        time = Self.time(letter.unixMilliseconds)
        stage = letter.stage
        topic = letter.topic
        lane = letter.lane
        partition = letter.partition
        source = letter.source?.description
        address = letter.address
        status = letter.id.map(String.init)
        content = letter.content?.rawValue
        reason = letter.reason
        byteCount = stored.byteCount
        settled = stored.settlement?.rawValue
        guard withBytes else { return }
        text = String(validating: letter.bytes, as: UTF8.self)
        if text == nil { base64 = Data(letter.bytes).base64EncodedString() }
    }

    static let columns: [Table.Column] = [
        .left("ID"), .left("TIME"), .left("STAGE"), .left("FROM"), .left("FOR"), .right("BYTES"), .left("REASON"),
    ]

    var row: [String] {
        let short = reason.count > 60 ? reason.prefix(59) + "…" : reason[...]
        return [id, time, stage, "\(topic)/\(partition)", address ?? "", "\(byteCount)", String(short)]
    }

    /// Every field on a line of its own; those that it does not have are left out.
    var lines: [String] {
        let fields: [(String, String?)] = [
            ("id", id), ("time", time), ("stage", stage), ("topic", topic), ("lane", lane),
            ("partition", "\(partition)"), ("source", source), ("address", address), ("status", status),
            ("content", content), ("reason", reason), ("bytes", "\(byteCount)"), ("settled", settled),
        ]
        return fields.compactMap { name, value in value.map { "\(name): \(Terminal.harmless($0))" } }
    }

    private static func time(_ unixMilliseconds: UInt64) -> String {
        Date(timeIntervalSince1970: Double(unixMilliseconds) / 1_000)
            .formatted(.iso8601)
    }
}

/// Bytes as `hexdump -C` shows them: offset, sixteen bytes, and what of them is printable.
enum HexDump {
    static func lines(_ bytes: ArraySlice<UInt8>) -> [String] {
        stride(from: bytes.startIndex, to: bytes.endIndex, by: 16).map { start in
            let row = bytes[start..<min(start + 16, bytes.endIndex)]
            let hex = row.map { padded($0, to: 2) }.joined(separator: " ")
            let text = row.map { (0x20..<0x7F).contains($0) ? String(UnicodeScalar($0)) : "." }.joined()
            let space = String(repeating: " ", count: 47 - hex.count)
            return "\(padded(start - bytes.startIndex, to: 8))  \(hex)\(space)  \(text)"
        }
    }

    private static func padded(_ value: some BinaryInteger, to width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
