/// Whether an account follows a tag, or shows it on its page.
public struct TagChoice: Sendable, Hashable {
    public var owner: AccountID
    /// Folded.
    public var tag: String
    public var isOn: Bool

    public init(owner: AccountID, tag: String, isOn: Bool) {
        self.owner = owner
        self.tag = tag
        self.isOn = isOn
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(owner)
        writer.text(tag)
        writer.flag(isOn)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        owner = try reader.id("owner")
        tag = try reader.text("tag")
        isOn = try reader.flag("is on")
    }
}

extension AccountID {
    /// What stands for a tag where look-ups and deliveries name an author: whoever follows the tag follows this. No
    /// account has such a number: those are below 2^63.
    ///
    /// Two tags with one hash would share their followers; among a million tags that has a chance of one in ten million.
    public init(followedTag folded: String) {
        self.init(rawValue: Address.tag(folded).hash | AccountID.tagMark)
    }

    public var isFollowedTag: Bool { rawValue & AccountID.tagMark != 0 }

    private static var tagMark: UInt64 { 1 << 63 }
}

extension AccountEvent {
    /// The edge of the follower graph that a followed tag is.
    public var tagEdge: (follower: AccountID, followee: AccountID, isOn: Bool)? {
        guard case .personal(.tagFollowed(let choice)) = change else { return nil }
        return (choice.owner, AccountID(followedTag: choice.tag), choice.isOn)
    }
}
