internal import HashRing
internal import StatuscastModel

/// Gives accounts small numbers: dense within each partition, from 0 in the order in which they were first named.
///
/// A packed number holds the partition above 26 bits of the number within it, so that a sorted row of followers is
/// grouped by partition. At most 67,108,864 accounts to a partition. 13 to 19 bytes an account. A copy shares what was
/// not changed since, by partition.
struct AccountNumbers: Sendable {
    static let numberBits: UInt64 = 26

    let partitions: PartitionCount
    private var tables: [AccountTable]

    init(partitions: PartitionCount) {
        self.partitions = partitions
        tables = Array(repeating: AccountTable(), count: partitions.rawValue)
    }

    var count: Int { tables.reduce(0) { $0 + $1.accounts.count } }

    func packed(of account: AccountID) -> UInt64? {
        let partition = partitions.partition(of: account)
        return tables[Int(partition.rawValue)].number(of: account).map { Self.packed(partition, $0) }
    }

    /// The account's packed number, given to it now if it has none.
    mutating func assign(_ account: AccountID) -> UInt64 {
        let partition = partitions.partition(of: account)
        let number = tables[Int(partition.rawValue)].assign(account)
        precondition(number < 1 << Self.numberBits, "too many accounts for one partition")
        return Self.packed(partition, number)
    }

    /// The account that was given a packed number.
    func account(_ packed: UInt64) -> AccountID {
        tables[Self.partition(of: packed)].accounts[Self.number(of: packed)]
    }

    func accounts(in partition: PartitionIndex) -> [AccountID] { tables[Int(partition.rawValue)].accounts }

    /// Puts back the accounts of a partition, by number. False where they cannot be: one is there twice, or belongs to
    /// another partition, or there are too many.
    mutating func restore(_ accounts: [AccountID], in partition: PartitionIndex) -> Bool {
        guard Int(partition.rawValue) < tables.count, accounts.count <= 1 << Self.numberBits,
            accounts.allSatisfy({ partitions.partition(of: $0) == partition }),
            let table = AccountTable(numbering: accounts)
        else { return false }
        tables[Int(partition.rawValue)] = table
        return true
    }

    /// Whether a packed number stands for an account.
    func isAssigned(_ packed: UInt64) -> Bool {
        let partition = Self.partition(of: packed)
        return partition < tables.count && Self.number(of: packed) < tables[partition].accounts.count
    }

    static func packed(_ partition: PartitionIndex, _ number: Int) -> UInt64 {
        UInt64(partition.rawValue) << numberBits | UInt64(number)
    }
    static func partition(of packed: UInt64) -> Int { Int(packed >> numberBits) }
    static func number(of packed: UInt64) -> Int { Int(packed & (1 << numberBits - 1)) }

    /// The packed numbers of a partition, from a number on.
    static func range(_ partition: PartitionIndex, from number: UInt32 = 0) -> Range<UInt64> {
        let start = UInt64(partition.rawValue) << numberBits
        let end = start + 1 << numberBits
        return min(start + UInt64(number), end)..<end
    }
}
