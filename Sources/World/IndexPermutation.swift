/// A permutation of the numbers below `count` that follows from a seed and needs no memory (a Feistel network; numbers
/// outside are walked on).
struct IndexPermutation: Sendable {
    private let count: UInt64
    private let halfBits: UInt64
    private let keys: [UInt64]

    init(count: Int, random: inout SeededGenerator) {
        self.count = UInt64(count)
        let bits = max(2, 64 - (self.count - 1).leadingZeroBitCount)
        halfBits = UInt64((bits + 1) / 2)
        keys = (0..<4).map { _ in random.next() }
    }

    func image(of index: Int) -> Int {
        var value = UInt64(index)
        repeat { value = round(value) } while value >= count
        return Int(value)
    }

    private func round(_ value: UInt64) -> UInt64 {
        let mask: UInt64 = 1 << halfBits - 1
        var (left, right) = (value >> halfBits, value & mask)
        for key in keys { (left, right) = (right, left ^ SeededGenerator.mixed(right ^ key) & mask) }
        return left << halfBits | right
    }
}
