/// What the accounts of a world are called: it follows from their number alone.
public struct AccountNames: Sendable, Hashable {
    public let prefix: String

    public init(prefix: String) { self.prefix = prefix }

    /// The prefix and the number, from 0.
    public func username(of account: Int) -> String { prefix + String(account) }
    public func email(of account: Int) -> String { "\(prefix.lowercased())\(account)@world.invalid" }
    public func displayName(of account: Int) -> String { "Account \(account)" }

    /// The number of an account of this world, from its username in any case.
    public func account(named name: String) -> Int? {
        guard name.lowercased().hasPrefix(prefix.lowercased()) else { return nil }
        let digits = name.dropFirst(prefix.count)
        guard let number = Int(digits), number >= 0, String(number) == digits else { return nil }
        return number
    }

    static func isPrefix(_ text: String) -> Bool {
        (1...16).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
            }
    }
}
