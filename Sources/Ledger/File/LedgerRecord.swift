internal import DurableFiles

/// One line of the ledger: something that was asked of the system, and what it answered.
///
/// `docs/formats/ledger.md` has the bytes.
public struct LedgerRecord: Sendable, Hashable {
    public enum Kind: UInt8, Sendable {
        case post = 1
        case delete = 2
        case follow = 3
        case unfollow = 4
        case reblog = 5
    }

    public enum Outcome: UInt8, Sendable {
        /// Answered with success: from then on it is promised.
        case acknowledged = 1
        /// Answered with a refusal that rules out that it was done.
        case refused = 2
        /// No answer, or one that leaves open whether it was done: everywhere or nowhere.
        case unknown = 3
    }

    public var kind: Kind
    public var outcome: Outcome
    /// Who asked: the author, who reblogs, or who follows.
    public var account: UInt64
    /// The status, 0 where no answer named it; of a follow the followed account.
    public var subject: UInt64
    /// Unix microseconds when the request was sent.
    public var begun: UInt64
    /// Unix microseconds when the answer came, or when it was given up.
    public var ended: UInt64
    /// `TextHash` of a post's text, or of that of the status that is reblogged; 0 otherwise.
    public var text: UInt64
    /// The status that a post answers or a reblog repeats, and its author. 0 otherwise.
    public var parent: UInt64
    public var repliedTo: UInt64

    public init(
        kind: Kind, outcome: Outcome, account: UInt64, subject: UInt64, begun: UInt64, ended: UInt64, text: UInt64 = 0,
        parent: UInt64 = 0, repliedTo: UInt64 = 0
    ) {
        self.kind = kind
        self.outcome = outcome
        self.account = account
        self.subject = subject
        self.begun = begun
        self.ended = ended
        self.text = text
        self.parent = parent
        self.repliedTo = repliedTo
    }
}

extension LedgerRecord {
    /// Bytes of a record in the file.
    static let size = 64
    /// Of version 1, which ends before the parent.
    static let firstSize = 48
    private static let checksumRange = 4..<8

    func encode(into bytes: inout [UInt8]) {
        let start = bytes.count
        bytes += [kind.rawValue, outcome.rawValue, 0, 0, 0, 0, 0, 0]
        for field in [account, subject, begun, ended, text, parent, repliedTo] {
            for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: field >> shift)) }
        }
        let checksum = Self.checksum(of: bytes[start...])
        for (index, shift) in zip(Self.checksumRange, stride(from: 0, to: 32, by: 8)) {
            bytes[start + index] = UInt8(truncatingIfNeeded: checksum >> shift)
        }
    }

    /// Nil where the checksum is wrong or a value is unknown. `bytes` has `size` or `firstSize` bytes.
    init?(decoding bytes: UnsafeRawBufferPointer) {
        var plain = Array(bytes)
        let stored = bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self).littleEndian
        plain.replaceSubrange(Self.checksumRange, with: [0, 0, 0, 0])
        guard stored == Self.checksum(of: plain[...]), let kind = Kind(rawValue: plain[0]),
            let outcome = Outcome(rawValue: plain[1])
        else { return nil }
        func field(_ offset: Int) -> UInt64 {
            bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
        }
        let hasParent = bytes.count == Self.size
        self.init(
            kind: kind, outcome: outcome, account: field(8), subject: field(16), begun: field(24), ended: field(32),
            text: field(40), parent: hasParent ? field(48) : 0, repliedTo: hasParent ? field(56) : 0)
    }

    /// Of the record with its checksum taken as zero.
    private static func checksum(of bytes: ArraySlice<UInt8>) -> UInt32 {
        Checksum.crc32(bytes)
    }
}

/// FNV-1a over a text's UTF-8 bytes: tells texts apart without keeping them.
public struct TextHash: Sendable {
    public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    public init() {}

    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var hash = value
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        value = hash
    }

    public static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash = TextHash()
        for byte in bytes { hash.value = (hash.value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash.value
    }
}
