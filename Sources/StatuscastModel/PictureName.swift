/// The name of an uploaded picture: what it is for, the SHA-256 of its bytes in hexadecimal, and its type, as in
/// `avatar-<64 digits>.png`. What the name stands for never changes.
public struct PictureName: Sendable, Hashable, CustomStringConvertible {
    public enum Purpose: String, Sendable, CaseIterable {
        case avatar
        case header
    }

    /// Those whose type can be told from the first bytes; the raw value ends the name.
    public enum Format: String, Sendable, CaseIterable {
        case png
        case jpeg = "jpg"
        case gif
        case webp
    }

    public let purpose: Purpose
    public let format: Format
    public let description: String

    private static let digits = 64

    /// `sha256` is of 32 bytes.
    public init(_ purpose: Purpose, sha256: [UInt8], _ format: Format) {
        self.purpose = purpose
        self.format = format
        let hexadecimal = sha256.map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }
        description = "\(purpose.rawValue)-\(hexadecimal.joined()).\(format.rawValue)"
    }

    /// Nil for what is no such name.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let format = Format(rawValue: String(parts[1])) else { return nil }
        let words = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard words.count == 2, let purpose = Purpose(rawValue: String(words[0])),
            words[1].utf8.count == PictureName.digits, words[1].utf8.allSatisfy(PictureName.isDigit)
        else { return nil }
        self.purpose = purpose
        self.format = format
        description = text
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
