/// Where a mailbox lies: `<2 hex>/<2 hex>/<owner>/<kind>.<lane>.<term>.mbox` below the root of all mailboxes.
///
/// The two directories are the top 16 bits of the address hash, never the partition, so that the number of partitions
/// can change without moving a file.
public struct MailboxLocation: Hashable, Sendable {
    public var hash: UInt64
    /// A directory's name, for example `account-12`, `tag-swift` or `public`: 1 to 200 bytes, no slash, not `.` or
    /// `..`.
    public var owner: String
    /// What of the owner's: `home`, `outbox`. 1 to 40 bytes, no slash, no dot.
    public var kind: String

    public init(hash: UInt64, owner: String, kind: String) {
        self.hash = hash
        self.owner = owner
        self.kind = kind
    }
}

extension MailboxLocation {
    /// The mailbox's directory relative to the root, without a slash at the end.
    func directory() throws(MailboxError) -> String {
        guard isValid else { throw invalid }
        return "\(hexPair(shift: 56))/\(hexPair(shift: 48))/\(owner)"
    }

    var isValid: Bool {
        let owner = owner.utf8
        let kind = kind.utf8
        return (1...200).contains(owner.count) && (1...40).contains(kind.count)
            && !owner.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
            && !kind.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") || $0 == 0 }
            && !(owner.first == UInt8(ascii: ".") && (owner.count == 1 || owner.elementsEqual("..".utf8)))
    }

    var invalid: MailboxError {
        MailboxError(.invalid, "a mailbox cannot be named \"\(owner)\", \"\(kind)\"")
    }

    private func hexPair(shift: UInt64) -> String {
        let text = String(UInt8(truncatingIfNeeded: hash >> shift), radix: 16)
        return text.count == 1 ? "0" + text : text
    }
}
