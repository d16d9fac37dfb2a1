/// Says for nearly all keys that are not in a set that they are not: one multiplication and one load from a bitmap of two
/// bytes a key. A yes may be wrong, a no never is. Keys cannot be taken out: build a new one.
struct PresenceFilter: Sendable {
    private static let bitsPerKey = 16

    private var words: [UInt64]
    /// The hash's upper bits choose the bit.
    private let shift: UInt64
    /// More keys than that make it useless.
    let capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        let bits = (max(64, capacity) * Self.bitsPerKey).roundedUpToPowerOfTwo
        words = Array(repeating: 0, count: bits / 64)
        shift = UInt64(64 - bits.trailingZeroBitCount)
        self.capacity = bits / Self.bitsPerKey
    }

    var isFull: Bool { count >= capacity }
    var heldBytes: Int { words.count * 8 }

    mutating func insert(_ key: UInt64) {
        let bit = place(key)
        words[Int(bit >> 6)] |= 1 << (bit & 63)
        count += 1
    }

    @inline(__always)
    func mayContain(_ key: UInt64) -> Bool {
        let bit = place(key)
        return words[Int(bit >> 6)] >> (bit & 63) & 1 == 1
    }

    @inline(__always)
    private func place(_ key: UInt64) -> UInt64 { ((key ^ key >> 29) &* 0x9E37_79B9_7F4A_7C15) >> shift }
}

extension Int {
    fileprivate var roundedUpToPowerOfTwo: Int {
        self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
    }
}
