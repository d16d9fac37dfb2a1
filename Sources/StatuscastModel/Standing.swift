/// What an operator has decided about an account, each decision a fact with a version of its own.
///
/// Apart from `Account`, so that a change of the profile that was prepared a moment before never undoes a decision.
/// Where a decision was taken it holds, whatever the account's own flags say.
public struct Standing: Sendable, Hashable {
    /// The raw value is on disk.
    public enum Flag: UInt8, Sendable, Hashable, CaseIterable {
        /// Posts travel in the priority lane.
        case priority = 1
        /// May not sign in nor post, and is shown to nobody.
        case suspended = 2
        /// Reaches only those who follow it.
        case silenced = 3
        /// Waits for an operator's approval: may do nothing, and nobody finds it.
        case pending = 4
    }

    /// One decision.
    public struct Change: Sendable, Hashable {
        public var account: AccountID
        public var flag: Flag
        public var isOn: Bool

        public init(account: AccountID, flag: Flag, isOn: Bool) {
            self.account = account
            self.flag = flag
            self.isOn = isOn
        }

        func encode(into writer: inout ByteWriter) {
            writer.id(account)
            writer.integer(flag.rawValue)
            writer.flag(isOn)
        }

        init(from reader: inout ByteReader) throws(DecodeError) {
            account = try reader.id("account")
            let raw = try reader.integer("standing", as: UInt8.self)
            guard let flag = Flag(rawValue: raw) else {
                throw DecodeError(field: "standing", reason: .invalid("unknown flag \(raw)"))
            }
            self.flag = flag
            isOn = try reader.flag("is on")
        }
    }

    private struct Decision: Sendable, Hashable {
        var version = EventID(rawValue: 0)
        var isOn = false
    }

    private var decisions = [Decision](repeating: Decision(), count: Flag.allCases.count)
    /// For good: there is no way back from it.
    public private(set) var isDeleted = false

    public init() {}

    /// Nil where nothing was decided.
    public subscript(_ flag: Flag) -> Bool? {
        let decision = decisions[Int(flag.rawValue) - 1]
        return decision.version.rawValue > 0 ? decision.isOn : nil
    }

    /// Those that were taken.
    var taken: [(version: EventID, flag: Flag, isOn: Bool)] {
        Flag.allCases.compactMap { flag in
            let decision = decisions[Int(flag.rawValue) - 1]
            return decision.version.rawValue > 0 ? (decision.version, flag, decision.isOn) : nil
        }
    }

    /// Of two decisions the one with the higher version holds, in whatever order they come.
    public mutating func decide(_ flag: Flag, _ isOn: Bool, version: EventID) {
        let index = Int(flag.rawValue) - 1
        guard version > decisions[index].version else { return }
        decisions[index] = Decision(version: version, isOn: isOn)
    }

    public mutating func delete() { isDeleted = true }
}

/// The standings of those accounts about which anything was decided: few, so that look-ups can hold them beside the
/// accounts. About 150 bytes each.
public struct Standings: Sendable {
    private var standings: [AccountID: Standing] = [:]

    public init() {}

    public subscript(_ account: AccountID) -> Standing? { standings[account] }

    /// The facts of which they follow, in no order; a deletion with version 0, for it needs none.
    public var facts: [AccountEvent] {
        standings.flatMap { account, standing in
            standing.taken.map { version, flag, isOn in
                AccountEvent(
                    id: version, change: .standingChanged(.init(account: account, flag: flag, isOn: isOn)))
            } + (standing.isDeleted ? [AccountEvent(id: EventID(rawValue: 0), change: .accountDeleted(account))] : [])
        }
    }

    public mutating func apply(_ event: AccountEvent) {
        switch event.change {
        case .standingChanged(let change):
            standings[change.account, default: Standing()].decide(change.flag, change.isOn, version: event.id)
        case .accountDeleted(let account): standings[account, default: Standing()].delete()
        default: break
        }
    }
}
