/// A yes or no, and the event that said so.
struct VersionedFlag: Sendable {
    /// The version above one bit that says yes or no; so it is on disk as well.
    private(set) var bits: UInt64 = 0

    init() {}
    init(bits: UInt64) { self.bits = bits }
    init(_ version: UInt64, _ isOn: Bool) { bits = version << 1 | (isOn ? 1 : 0) }

    var version: UInt64 { bits >> 1 }
    var isOn: Bool { bits & 1 == 1 }

    mutating func set(_ version: UInt64, _ isOn: Bool) {
        if version > self.version { self = VersionedFlag(version, isOn) }
    }
}

/// Everything between one recipient and one other account.
struct RuleEdge: Sendable {
    var block = VersionedFlag()
    var blockedBy = VersionedFlag()
    var mute = VersionedFlag()
    var hidesReblogs = VersionedFlag()
    var muteUntilUnixMilliseconds: UInt64 = 0
    var muteHidesNotifications = false

    /// A mute that has ended by itself is still one; it only has no effect.
    var isActive: Bool { block.isOn || blockedBy.isOn || mute.isOn || hidesReblogs.isOn }

    var highestVersion: UInt64 { max(block.version, blockedBy.version, mute.version, hidesReblogs.version) }

    func relation(_ now: UInt64) -> RecipientRules.Relation {
        var relation: RecipientRules.Relation = []
        if block.isOn { relation.insert(.blocks) }
        if blockedBy.isOn { relation.insert(.blockedBy) }
        if hidesReblogs.isOn { relation.insert(.hidesReblogs) }
        if mute.isOn, muteUntilUnixMilliseconds == 0 || now < muteUntilUnixMilliseconds {
            relation.insert(.mutes)
            if muteHidesNotifications { relation.insert(.mutesNotifications) }
        }
        return relation
    }
}
