internal import HashRing

/// One set of partitions for each of many things, as bits: 8 bytes each up to 64 partitions.
struct PartitionSets: Sendable {
    private let wordsPerSet: Int
    private var words: [UInt64] = []

    init(partitions: PartitionCount) { wordsPerSet = max(1, partitions.rawValue / 64) }

    mutating func appendEmpty() { words.append(contentsOf: repeatElement(0, count: wordsPerSet)) }

    mutating func insert(_ partition: PartitionIndex, into index: Int) {
        words[index * wordsPerSet + Int(partition.rawValue / 64)] |= 1 << UInt64(partition.rawValue % 64)
    }

    /// The set as bits, in as many words for every set.
    func bits(of index: Int) -> ArraySlice<UInt64> { words[index * wordsPerSet..<(index + 1) * wordsPerSet] }

    mutating func insert(bits: [UInt64], into index: Int) {
        for (word, bits) in bits.prefix(wordsPerSet).enumerated() { words[index * wordsPerSet + word] |= bits }
    }

    /// Ascending.
    func members(of index: Int) -> [PartitionIndex] {
        var members: [PartitionIndex] = []
        for word in 0..<wordsPerSet {
            var bits = words[index * wordsPerSet + word]
            while bits != 0 {
                members.append(PartitionIndex(rawValue: UInt16(word * 64 + bits.trailingZeroBitCount)))
                bits &= bits - 1
            }
        }
        return members
    }
}
