/// One record of a mailbox file: a mail in an mbox, in the mboxrd variant. The layout is in
/// `docs/formats/mailbox-record.md`.
public enum RecordFormat {
    /// The most a record may measure, headers and all.
    public static let recordBytesMax = RecordPrefix.lengthBytesMax

    /// Renders a record, from its `From ` line to the blank line that ends it.
    ///
    /// Any text may stand in any value: what mail cannot hold as it is, line breaks and control characters among
    /// it, is encoded, so a value never adds a header field and a body never starts a record. `parse` gives all of
    /// it back exactly, but for `from` and `host`, which are cut to what an address may hold. Pure.
    ///
    /// - Parameters:
    ///   - unixMilliseconds: when it was written; moments after the year 9999 show as its last second.
    ///   - host: the right side of addresses and message ids; a port is left away.
    ///   - from: the author's name, the left side of the address.
    ///   - headers: further fields, in this order. Names are letters, digits and hyphens, at most 60.
    ///   - body: holds no NUL. The caller keeps the whole below `recordBytesMax`.
    public static func render(
        id: UInt64, unixMilliseconds: UInt64, host: String, from: String, subject: String, inReplyTo: UInt64?,
        headers: [(name: String, value: String)], body: String
    ) -> [UInt8] {
        let time = CivilTime(unixMilliseconds: unixMilliseconds)
        let mailHost = mailDomain(host)
        var text = HeaderText()
        text.line("From statuscast \(time.ctime)")
        text.line("X-Statuscast-Record: \(paddedDecimal(id, width: 20)) 00000000 00000000")
        text.line("X-Statuscast-Time: \(unixMilliseconds)")
        text.line("Message-ID: <\(id)@\(mailHost)>")
        text.line("Date: \(time.mailDate)")
        text.line("From: \(mailbox(name: from, host: mailHost))")
        text.field("Subject", subject)
        if let inReplyTo { text.line("In-Reply-To: <\(inReplyTo)@\(mailHost)>") }
        text.line("MIME-Version: 1.0")
        text.line("Content-Type: text/plain; charset=utf-8")
        text.line("Content-Transfer-Encoding: 8bit")
        for header in headers { text.field(fieldName(header.name), header.value) }

        var bytes = text.bytes
        bytes.reserveCapacity(bytes.count + body.utf8.count + 16)
        bytes.append(UInt8(ascii: "\n"))
        Quoting.append(body.utf8, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        seal(&bytes)
        return bytes
    }

    /// The first words of a body, for `render`'s subject: at most 60 characters, on one line, cut at a space if
    /// there is one.
    public static func subject(ofBody body: String) -> String {
        var rest = body.prefix(400)
        var subject = ""
        while let start = rest.firstIndex(where: { !isBlank($0) }) {
            let word = rest[start...].prefix { !isBlank($0) }
            guard subject.count + word.count < 60 else {
                return subject.isEmpty ? "\(word.prefix(59))…" : "\(subject)…"
            }
            subject += subject.isEmpty ? word : " \(word)"
            rest = rest[word.endIndex...]
        }
        return subject
    }

    /// White space. What Unicode says of a character is asked only where ASCII does not say it: this runs for every post.
    private static func isBlank(_ character: Character) -> Bool {
        guard let ascii = character.asciiValue else { return character.isWhitespace }
        return ascii == 0x20 || (0x09...0x0D).contains(ascii)
    }

    /// Reads a record back. Throws `.corrupt` if length or checksum are wrong, `.unsupportedVersion` for a newer
    /// layout.
    public static func parse(_ record: ArraySlice<UInt8>) throws(MailboxError) -> ParsedRecord {
        try ParsedRecord(record)
    }

    /// Writes length and checksum into their places.
    private static func seal(_ bytes: inout [UInt8]) {
        precondition(bytes.count <= recordBytesMax, "a record of \(bytes.count) bytes is longer than the format allows")
        let length = paddedDecimal(UInt64(bytes.count), width: RecordPrefix.lengthDigits)
        bytes.replaceSubrange(83..<91, with: length.utf8)
        let checksum = bytes.withUnsafeBytes { RecordPrefix.checksum(of: $0) }
        let digits = String(checksum, radix: 16)
        bytes.replaceSubrange(
            RecordPrefix.checksumRange, with: (String(repeating: "0", count: 8 - digits.utf8.count) + digits).utf8)
    }
}

/// The lines above the body.
private struct HeaderText {
    var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(1024) }

    mutating func line(_ text: String) {
        bytes += text.utf8
        bytes.append(UInt8(ascii: "\n"))
    }

    /// A field whose value may hold anything.
    mutating func field(_ name: String, _ value: String) {
        let column = name.utf8.count + 2
        let plain = EncodedWord.canStandPlain(value, lineBytesMax: 998 - column)
        line("\(name): \(plain ? value : EncodedWord.encode(value, startingAt: column))")
    }
}

/// `name <name@host>`; where the name is no mail atom it is shown encoded, and percent-encoded in the address.
private func mailbox(name: String, host: String) -> String {
    let atom = !name.isEmpty && name.utf8.count <= 64 && name.utf8.allSatisfy(isAtomText)
    let shown = atom ? name : EncodedWord.encode(name, startingAt: 6)
    let fold = atom ? " " : "\n "
    return "\(shown)\(fold)<\(localPart(name))@\(host)>"
}

/// At most 192 characters: 64 bytes, each of which may need three.
private func localPart(_ name: String) -> String {
    var text = ""
    for byte in name.utf8.prefix(64) {
        if isAtomText(byte) && byte != UInt8(ascii: "%") {
            text.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            text += byte < 16 ? "%0" : "%"
            text += String(byte, radix: 16, uppercase: true)
        }
    }
    return text.isEmpty ? "nobody" : text
}

/// A domain name made of whatever was configured: no port, only letters, digits, dots and hyphens, at most 253.
private func mailDomain(_ host: String) -> String {
    let name = host.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
    let letters = name.utf8.prefix(253).map { byte -> UInt8 in
        isLetterOrDigit(byte) || byte == UInt8(ascii: ".") ? byte : UInt8(ascii: "-")
    }
    return letters.isEmpty ? "localhost" : String(decoding: letters, as: UTF8.self)
}

private func fieldName(_ name: String) -> String {
    let letters = name.utf8.prefix(60).map { isLetterOrDigit($0) ? $0 : UInt8(ascii: "-") }
    return letters.isEmpty ? "X" : String(decoding: letters, as: UTF8.self)
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: false
    }
}

/// RFC 5322 `atext`.
private func isAtomText(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
}
