internal import HashRing
internal import StatuscastModel

/// Gives accounts small numbers: dense within each partition, from 0 in the order in which they were first named.
///
/// A packed number holds the partition above 26 bits of the number within it, so that a sorted row of followers is
/// grouped by partition. At most 67,108,864 accounts to a partition. About 40 bytes an account.
struct AccountNumbers: Sendable {
    static let numberBits: UInt64 = 26

    let partitions: PartitionCount
    private var packedByAccount: [UInt64: UInt64] = [:]
    private var accounts: [[AccountID]]

    init(partitions: PartitionCount) {
        self.partitions = partitions
        accounts = Array(repeating: [], count: partitions.rawValue)
    }

    var count: Int { packedByAccount.count }

    func packed(of account: AccountID) -> UInt64? { packedByAccount[account.rawValue] }

    /// The account's packed number, given to it now if it has none.
    mutating func assign(_ account: AccountID) -> UInt64 {
        if let known = packedByAccount[account.rawValue] { return known }
        let partition = Int(partitions.partition(of: account).rawValue)
        let packed = UInt64(partition) << Self.numberBits | UInt64(accounts[partition].count)
        precondition(accounts[partition].count < 1 << Self.numberBits, "too many accounts for one partition")
        accounts[partition].append(account)
        packedByAccount[account.rawValue] = packed
        return packed
    }

    func accounts(in partition: PartitionIndex) -> [AccountID] { accounts[Int(partition.rawValue)] }

    static func partition(of packed: UInt64) -> Int { Int(packed >> numberBits) }
    static func number(of packed: UInt64) -> Int { Int(packed & (1 << numberBits - 1)) }

    /// The packed numbers of a partition, from a number on.
    static func range(_ partition: PartitionIndex, from number: UInt32 = 0) -> Range<UInt64> {
        let start = UInt64(partition.rawValue) << numberBits
        let end = start + 1 << numberBits
        return min(start + UInt64(number), end)..<end
    }
}
