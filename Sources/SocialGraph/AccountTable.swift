internal import StatuscastModel

/// The accounts of one partition, numbered from 0 in the order in which they were first named.
///
/// An array by number and an open table by account: 8 bytes and 5 to 11 an account.
struct AccountTable: Sendable {
    private(set) var accounts: [AccountID] = []
    /// A number and one more, 0 where free. A power of two of them, at most three quarters in use.
    private var slots: [UInt32] = []

    init() {}

    /// Nil where an account is there twice.
    init?(numbering accounts: [AccountID]) {
        self.accounts = accounts
        var size = 16
        while size * 3 < accounts.count * 4 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        for (number, account) in accounts.enumerated() {
            let slot = slot(of: account)
            guard slots[slot] == 0 else { return nil }
            slots[slot] = UInt32(number) + 1
        }
    }

    func number(of account: AccountID) -> Int? {
        guard !slots.isEmpty else { return nil }
        let found = slots[slot(of: account)]
        return found == 0 ? nil : Int(found) - 1
    }

    /// The account's number, given to it now if it has none.
    mutating func assign(_ account: AccountID) -> Int {
        if (accounts.count + 1) * 4 > slots.count * 3 { grow() }
        let slot = slot(of: account)
        if slots[slot] != 0 { return Int(slots[slot]) - 1 }
        accounts.append(account)
        slots[slot] = UInt32(accounts.count)
        return accounts.count - 1
    }

    /// Where the account stands, or the free slot where it would.
    private func slot(of account: AccountID) -> Int {
        let mask = slots.count - 1
        let hash = account.rawValue &* 0x9E37_79B9_7F4A_7C15
        var slot = Int(truncatingIfNeeded: hash >> 32) & mask
        while slots[slot] != 0, accounts[Int(slots[slot]) - 1] != account { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: max(16, slots.count * 2))
        for (number, account) in accounts.enumerated() { slots[slot(of: account)] = UInt32(number) + 1 }
    }
}
