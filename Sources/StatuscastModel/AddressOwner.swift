internal import HashRing

extension Address {
    /// The name of the directory that holds the mailboxes of the address' owner: `account-12`, `list-3`,
    /// `tag-swift`, `public`, `tombstones`. At most 200 bytes of ASCII letters, digits, `-`, `_`, `%` and `~`;
    /// different owners have different names, on file systems that fold case as well as tags are folded.
    public var owner: String {
        switch self {
        case .home(let account), .outbox(let account), .notifications(let account): "account-\(account)"
        case .list(let list): "list-\(list)"
        case .tag(let name): "tag-" + fileName(of: name)
        case .public, .tombstones: kind
        }
    }
}

/// Letters, digits, `-` and `_` stand for themselves, every other byte as `%` and two hex digits. What would be
/// longer than 190 bytes ends with `~` and its hash instead.
private func fileName(of text: String) -> String {
    var name = ""
    for byte in text.utf8 {
        let plain =
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        let written = plain ? String(Unicode.Scalar(byte)) : (byte < 16 ? "%0" : "%") + String(byte, radix: 16)
        if name.utf8.count + written.utf8.count > 190 {
            return "\(name.prefix(160))~\(String(StableHash.hash(text), radix: 16))"
        }
        name += written
    }
    return name
}
