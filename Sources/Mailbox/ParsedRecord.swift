/// A record taken apart. Header values are decoded when they are asked for.
public struct ParsedRecord: Sendable {
    public let id: UInt64
    public let unixMilliseconds: UInt64
    /// As it was given to `render`.
    public let body: String
    private let fields: [(name: Substring, value: Substring)]

    /// The first field of that name, whatever its case, unfolded and decoded; nil if there is none.
    public func header(_ name: String) -> String? {
        for field in fields where sameName(field.name, name) { return EncodedWord.decode(field.value) }
        return nil
    }

    init(_ record: ArraySlice<UInt8>) throws(MailboxError) {
        let (prefix, whole, newer) = record.withUnsafeBytes { bytes in
            (RecordPrefix(bytes), RecordPrefix.isWhole(bytes), RecordPrefix.isOfAnotherVersion(bytes))
        }
        if newer { throw MailboxError(.unsupportedVersion, "the record was written by a newer release") }
        guard let prefix else { throw MailboxError(.corrupt, "these bytes are no mailbox record") }
        guard whole else {
            throw MailboxError(
                .corrupt,
                "record \(prefix.id) of \(record.count) bytes is not \(prefix.lengthBytes) long or has another CRC"
            )
        }
        let (head, body) = try Self.split(record, id: prefix.id)
        let fields = Self.fields(of: head)
        guard let time = fields.first(where: { sameName($0.name, "X-Statuscast-Time") }).flatMap({ UInt64($0.value) })
        else { throw MailboxError(.corrupt, "record \(prefix.id) does not say when it was written") }
        id = prefix.id
        unixMilliseconds = time
        self.fields = fields
        self.body = body
    }

    /// Header text without the `From ` line, and the body. A record ends with the body's newline and a blank line.
    private static func split(_ record: ArraySlice<UInt8>, id: UInt64) throws(MailboxError) -> (String, String) {
        let newline = UInt8(ascii: "\n")
        var position = record.startIndex + RecordPrefix.byteCount - 1
        while position + 1 < record.endIndex && !(record[position] == newline && record[position + 1] == newline) {
            position += 1
        }
        let start = position + 2
        guard start < record.endIndex, record.last == newline,
            let head = String(
                validating: record[record.startIndex + RecordPrefix.fieldOffset..<position], as: UTF8.self),
            let body = String(validating: Quoting.unquoted(record[start..<record.endIndex - 1]), as: UTF8.self)
        else { throw MailboxError(.corrupt, "record \(id) is no mail in UTF-8") }
        return (head, body)
    }

    /// By bytes and not by characters, which would cost ten times as much.
    private static func fields(of head: String) -> [(name: Substring, value: Substring)] {
        var fields: [(name: Substring, value: Substring)] = []
        for line in head.utf8.split(separator: UInt8(ascii: "\n")) {
            if line.first == UInt8(ascii: " "), let last = fields.indices.last {
                fields[last].value += Substring(line)
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                let value = line[line.index(after: colon)...].drop { $0 == UInt8(ascii: " ") }
                fields.append((Substring(line[..<colon]), Substring(value)))
            }
        }
        return fields
    }
}

private func sameName(_ a: Substring, _ b: String) -> Bool {
    a.utf8.count == b.utf8.count && zip(a.utf8, b.utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 }
}
