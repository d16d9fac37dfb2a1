/// One bit for each numbered account.
struct AccountMarks: Sendable {
    /// By partition; 64 numbers a word.
    private var words: [[UInt64]]

    init(partitions: Int) { words = Array(repeating: [], count: partitions) }

    /// Marks an account by its packed number. Answers whether it was not marked before.
    mutating func insert(_ packed: UInt64) -> Bool {
        let partition = AccountNumbers.partition(of: packed)
        let (word, bit) = AccountNumbers.number(of: packed).quotientAndRemainder(dividingBy: 64)
        if word >= words[partition].count {
            words[partition].append(contentsOf: repeatElement(0, count: word + 1 - words[partition].count))
        }
        let mask: UInt64 = 1 << UInt64(bit)
        guard words[partition][word] & mask == 0 else { return false }
        words[partition][word] |= mask
        return true
    }
}
