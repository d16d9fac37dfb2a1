import FaultyFiles

/// Makes bad bytes out of good ones: a few small wounds, anywhere, and sometimes a piece of another input.
struct Mutator {
    private static let bytesMax = 1 << 16
    private static let edges: [UInt64] = [
        0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 63, .max,
    ]

    let corpus: [[UInt8]]

    /// `input` with one to four wounds.
    func mutated(_ input: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = input
        for _ in 0..<Int.random(in: 1...4, using: &random) { wound(&bytes, &random) }
        return Array(bytes.prefix(max(Self.bytesMax, input.count)))
    }

    /// One of the corpus with wounds; now and then as it is, or noise.
    func next(_ random: inout SeededRandom) -> [UInt8] {
        if random.oneIn(50) { return random.bytes(Int.random(in: 0...300, using: &random)) }
        let input = corpus.randomElement(using: &random) ?? []
        return random.oneIn(20) ? input : mutated(input, &random)
    }

    private func wound(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        guard !bytes.isEmpty else {
            bytes = random.bytes(Int.random(in: 1...40, using: &random))
            return
        }
        let at = Int.random(in: 0..<bytes.count, using: &random)
        let piece = at..<min(bytes.count, at + Int.random(in: 1...64, using: &random))
        switch Int.random(in: 0..<8, using: &random) {
        case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 2: write(Self.edges.randomElement(using: &random) ?? 0, over: &bytes, at, &random)
        case 3: bytes.removeSubrange(piece)
        case 4: bytes.insert(contentsOf: bytes[piece], at: at)
        case 5: bytes.insert(contentsOf: random.bytes(Int.random(in: 1...20, using: &random)), at: at)
        case 6: bytes.removeSubrange(at...)
        default:
            let other = corpus.randomElement(using: &random) ?? []
            bytes.replaceSubrange(at..., with: other.suffix(Int.random(in: 0...max(other.count, 1), using: &random)))
        }
    }

    /// Lengths and counts of one to eight bytes are where decoders break.
    private func write(_ value: UInt64, over bytes: inout [UInt8], _ at: Int, _ random: inout SeededRandom) {
        let width = [1, 2, 4, 8].randomElement(using: &random) ?? 4
        let isBig = Bool.random(using: &random)
        for index in 0..<width where at + index < bytes.count {
            bytes[at + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (isBig ? width - 1 - index : index)))
        }
    }
}
