/// The name of an entry that an operator can type: the stem of its file, a dot, and twelve characters that follow from
/// its content, for example `judge.4k2m09qv71ab`. It stays the same for as long as the entry exists, whatever happens to
/// the file around it; an entry that was written twice has one id.
public struct DeadLetterID: Sendable, Hashable, CustomStringConvertible {
    public let file: String
    public let hash: String

    init(file: String, hash: String) {
        self.file = file
        self.hash = hash
    }

    /// Nil for what no entry can have, a path above all.
    public init?(_ text: String) {
        guard let dot = text.lastIndex(of: "."), DeadLetterFile.isName(String(text[..<dot])) else { return nil }
        let hash = text[text.index(after: dot)...]
        guard hash.utf8.count == 12, hash.utf8.allSatisfy(DeadLetterID.digits.contains) else { return nil }
        self.init(file: String(text[..<dot]), hash: String(hash))
    }

    public var description: String { "\(file).\(hash)" }

    /// Without the letters that are taken for digits.
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// The low 60 bits of FNV-1a over the fields and the checksum of the bytes. The time is among them, so what fails
    /// again after a replay is an entry of its own.
    static func hash(of letter: DeadLetter, crc32: UInt32) -> String {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325
        let text =
            "\(letter.unixMilliseconds)|\(letter.topic)|\(letter.partition)|\(letter.source?.description ?? "")|"
            + "\(letter.address ?? "")|\(letter.id ?? 0)|\(letter.bytes.count)|\(crc32)"
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(
            decoding: (0..<12).map { digits[Int(truncatingIfNeeded: value >> UInt64($0 * 5)) & 31] }, as: UTF8.self)
    }
}
