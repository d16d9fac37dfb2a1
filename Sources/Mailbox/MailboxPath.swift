/// A mailbox file's path relative to the root as the bytes that `openat` takes, built without making Strings.
struct MailboxPath {
    /// With a NUL at the end.
    let bytes: [CChar]
    /// FNV-1a of the path: what stands for the file in tables.
    let hash: UInt64
    /// Where the three slashes are.
    private let slashes: (Int, Int, Int)

    init(_ location: MailboxLocation, lane: String, term: UInt64) {
        var bytes: [CChar] = []
        bytes.reserveCapacity(location.owner.utf8.count + location.kind.utf8.count + lane.utf8.count + 36)
        for shift: UInt64 in [60, 56, 52, 48] {
            bytes.append(Self.hexDigits[Int(location.hash >> shift & 15)])
            if shift == 56 || shift == 48 { bytes.append(Self.slash) }
        }
        for part in [location.owner, location.kind, lane] {
            for byte in part.utf8 { bytes.append(CChar(bitPattern: byte)) }
            bytes.append(bytes.count == 6 + location.owner.utf8.count ? Self.slash : Self.dot)
        }
        Self.appendDecimal(term, to: &bytes)
        bytes += Self.suffix
        slashes = (2, 5, 6 + location.owner.utf8.count)

        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes {
            hash ^= UInt64(UInt8(bitPattern: byte))
            hash &*= 0x0000_0100_0000_01B3
        }
        self.hash = hash
        self.bytes = bytes
    }

    var text: String { String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }

    /// The directories above the file, the outermost first: `ab`, `ab/cd`, `ab/cd/owner`.
    var directories: [String] {
        [slashes.0, slashes.1, slashes.2].map { end in
            String(decoding: bytes[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    private static let hexDigits = "0123456789abcdef".utf8.map { CChar(bitPattern: $0) }
    private static let suffix = ".mbox\0".utf8.map { CChar(bitPattern: $0) }
    private static let slash = CChar(bitPattern: UInt8(ascii: "/"))
    private static let dot = CChar(bitPattern: UInt8(ascii: "."))

    private static func appendDecimal(_ number: UInt64, to bytes: inout [CChar]) {
        let start = bytes.count
        var rest = number
        repeat {
            bytes.append(CChar(bitPattern: UInt8(ascii: "0") + UInt8(rest % 10)))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }
}
