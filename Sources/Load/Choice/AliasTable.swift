/// Draws numbers with given weights, in constant time (Walker's alias method, 16 bytes a number).
struct AliasTable: Sendable {
    private var threshold: [Double]
    private var alias: [UInt32]

    /// Weights are not negative, and at least one is above zero.
    init(_ weights: [Double]) {
        let total = weights.reduce(0, +)
        var scaled = weights.map { $0 * Double(weights.count) / total }
        threshold = Array(repeating: 1, count: weights.count)
        alias = (0..<weights.count).map { UInt32($0) }
        var (small, large) = ([Int](), [Int]())
        for (index, weight) in scaled.enumerated() {
            if weight < 1 { small.append(index) } else { large.append(index) }
        }
        while let less = small.popLast(), let more = large.popLast() {
            threshold[less] = scaled[less]
            alias[less] = UInt32(more)
            scaled[more] -= 1 - scaled[less]
            if scaled[more] < 1 { small.append(more) } else { large.append(more) }
        }
    }

    func draw(_ random: inout Randomness) -> Int {
        let index = random.below(threshold.count)
        return random.share() < threshold[index] ? index : Int(alias[index])
    }
}
