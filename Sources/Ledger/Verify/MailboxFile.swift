internal import Foundation

/// What the verifier takes out of one record of a mailbox.
struct MailboxEntry: Sendable {
    /// Nil where the field is missing or no number: the record is damaged.
    var id: UInt64?
    var author: UInt64?
    var kind = ""
    var isPublic = false
    /// The status that this repeats; 0 where it is no reblog.
    var reblogOf: UInt64 = 0
    /// What a tombstone deletes.
    var target: UInt64?
    var text: UInt64 = 0
    /// Whether its own word about its length is true.
    var isWhole = false
}

/// Reads an mbox file (mboxrd) record by record with a bounded buffer. The verifier's own reading: it knows the
/// format's page and nothing of the mailbox library.
struct MailboxFile {
    static let recordBytesMax = 4 << 20
    private static let boundary = Array("\n\nFrom ".utf8)

    let path: String

    /// Calls `body` for each record from the first to the last. A record that ends without its blank line is not
    /// called: a crash tore it, and readers do not show it. Answers how many bytes that are.
    func forEach(_ body: (MailboxEntry) throws -> Void) throws -> Int {
        let file = try ReadingFile(path: path)
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        var (start, end, isLast) = (0, 0, false)
        while true {
            try buffer.withUnsafeBytes { raw in
                while let length = Self.firstLength(in: raw[start..<end]) {
                    try body(MailboxEntry(record: UnsafeRawBufferPointer(rebasing: raw[start..<start + length])))
                    start += length
                }
            }
            if isLast { break }
            if start == 0, end == buffer.count {
                guard buffer.count < Self.recordBytesMax else {
                    throw LedgerError(.damaged, "\(path) has a record of more than \(Self.recordBytesMax) bytes")
                }
                buffer += [UInt8](repeating: 0, count: buffer.count)
            } else {
                buffer.replaceSubrange(0..<end - start, with: Array(buffer[start..<end]))
                (start, end) = (0, end - start)
            }
            let count = try file.fill(&buffer, from: end)
            end += count
            isLast = end < buffer.count
        }
        return try rest(buffer[start..<end], body)
    }

    private func rest(_ bytes: ArraySlice<UInt8>, _ body: (MailboxEntry) throws -> Void) throws -> Int {
        guard !bytes.isEmpty else { return 0 }
        guard bytes.suffix(2).elementsEqual([10, 10]) else { return bytes.count }
        try bytes.withUnsafeBytes { try body(MailboxEntry(record: $0)) }
        return 0
    }

    /// Up to the blank line before the next `From `, it included; nil where the next record does not begin in here.
    private static func firstLength(in bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        let raw = UnsafeRawBufferPointer(rebasing: bytes)
        guard let base = raw.baseAddress else { return nil }
        var from = 0
        while raw.count - from >= boundary.count, let found = memchr(base + from, 10, raw.count - from) {
            let newline = UnsafeRawPointer(found) - base
            guard raw.count - newline >= boundary.count else { return nil }
            if memcmp(found, boundary, boundary.count) == 0 { return newline + 2 }
            from = newline + 1
        }
        return nil
    }
}

extension MailboxEntry {
    init(record: UnsafeRawBufferPointer) {
        var line = 0
        var bodyStart = record.count
        while line < record.count {
            let end = Self.lineEnd(record, from: line)
            if end == line {
                bodyStart = end + 1
                break
            }
            read(field: UnsafeRawBufferPointer(rebasing: record[line..<end]), of: record.count)
            line = end + 1
        }
        text = Self.hash(ofBody: record, from: bodyStart)
    }

    private mutating func read(field: UnsafeRawBufferPointer, of length: Int) {
        func value(_ name: StaticString) -> ArraySlice<UInt8>? {
            guard field.count > name.utf8CodeUnitCount, let base = field.baseAddress,
                memcmp(base, name.utf8Start, name.utf8CodeUnitCount) == 0
            else { return nil }
            return Array(field)[name.utf8CodeUnitCount...]
        }
        if let found = value("Message-ID: <") {
            id = Self.number(found.prefix { $0 != UInt8(ascii: "@") })
        } else if let found = value("X-Statuscast-Record: ") {
            let words = found.split(separator: UInt8(ascii: " "))
            isWhole = words.count == 3 && Self.number(words[1]) == UInt64(length)
        } else if let found = value("X-Statuscast-Author: ") {
            author = Self.number(found)
        } else if let found = value("X-Statuscast-Kind: ") {
            kind = String(decoding: found, as: UTF8.self)
        } else if let found = value("X-Statuscast-Visibility: ") {
            isPublic = found.elementsEqual("public".utf8)
        } else if let found = value("X-Statuscast-Reblog-Of: ") {
            reblogOf = Self.number(found) ?? 0
        } else if let found = value("X-Statuscast-Target: ") {
            target = Self.number(found)
        }
    }

    /// Of the text as it was posted: without one `>` where lines look like `>From `, and without the newline that the
    /// writer adds before the blank line.
    private static func hash(ofBody record: UnsafeRawBufferPointer, from start: Int) -> UInt64 {
        var hash = TextHash()
        var line = start
        let end = max(start, record.count - 2)
        while line < end {
            var lineStart = line
            let lineEnd = min(lineEnd(record, from: line), end)
            var mark = line
            while mark < lineEnd, record[mark] == UInt8(ascii: ">") { mark += 1 }
            if mark > line, record[mark..<lineEnd].starts(with: "From ".utf8) { lineStart += 1 }
            let next = min(lineEnd + 1, end)
            hash.add(UnsafeRawBufferPointer(rebasing: record[lineStart..<next]))
            line = lineEnd + 1
        }
        return hash.value
    }

    private static func lineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        guard let base = bytes.baseAddress, let found = memchr(base + start, 10, bytes.count - start) else {
            return bytes.count
        }
        return UnsafeRawPointer(found) - base
    }

    /// Decimal digits; nil for anything else.
    private static func number(_ digits: some Collection<UInt8>) -> UInt64? {
        guard (1...20).contains(digits.count) else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard (48...57).contains(digit) else { return nil }
            value = value &* 10 &+ UInt64(digit - 48)
        }
        return value
    }
}
