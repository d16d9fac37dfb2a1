/// What an operator types to name a dead letter: `judge-3.417.46eb5272`, which is its file, its offset in it, and the
/// checksum of its head. It stays the same for as long as the entry exists and never names another one afterwards.
public struct DeadLetterID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Of the file, without `.log`: 1 to 64 of a-z, 0-9 and -.
    public let file: String
    let offset: Int
    let checksum: UInt32

    init(file: String, offset: Int, checksum: UInt32) {
        self.file = file
        self.offset = offset
        self.checksum = checksum
    }

    /// Nil for what is none.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, Self.isFileName(String(parts[0])), parts[2].utf8.count == 8,
            let offset = Int(parts[1]), offset >= 0, let checksum = UInt32(parts[2], radix: 16)
        else { return nil }
        self.init(file: String(parts[0]), offset: offset, checksum: checksum)
    }

    public var description: String { "\(file).\(offset).\(hexadecimal(checksum))" }

    /// In the order of a listing.
    public static func < (left: Self, right: Self) -> Bool {
        left.file == right.file ? left.offset < right.offset : left.file < right.file
    }

    static func isFileName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
            }
    }
}

func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
}
