/// Draws a number with a probability in proportion to its weight, in constant time (Vose). 8 bytes a number.
struct AliasTable: Sendable {
    /// Of 2^32: below it the number itself is taken, else its alias.
    private var thresholds: [UInt32]
    private var aliases: [UInt32]

    /// None below 0, and at least one above.
    init(weights: [Double]) {
        let scale = Double(weights.count) / weights.reduce(0, +)
        var rest = weights.map { $0 * scale }
        thresholds = Array(repeating: .max, count: weights.count)
        aliases = (0..<weights.count).map { UInt32($0) }
        var small = rest.indices.filter { rest[$0] < 1 }
        var large = rest.indices.filter { rest[$0] >= 1 }
        while let poor = small.popLast(), let rich = large.last {
            thresholds[poor] = UInt32(rest[poor] * 0x1p32)
            aliases[poor] = UInt32(rich)
            rest[rich] -= 1 - rest[poor]
            if rest[rich] < 1 {
                large.removeLast()
                small.append(rich)
            }
        }
    }

    @inline(__always)
    func draw(_ random: inout SeededGenerator) -> Int {
        let index = random.index(below: thresholds.count)
        return UInt32(truncatingIfNeeded: random.next()) < thresholds[index] ? index : Int(aliases[index])
    }
}
