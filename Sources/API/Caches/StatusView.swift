internal import Peers
internal import StatuscastModel

/// What stands in a status's holes: counts, and what its viewer did to it.
package struct StatusView: Sendable, Hashable {
    package struct Marks: OptionSet, Sendable, Hashable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        static let reblogged = Marks(rawValue: 1)
        static let favourited = Marks(.favourite)
        static let bookmarked = Marks(.bookmark)
        static let pinned = Marks(.pin)
        static let muted = Marks(.mute)

        /// The bits of the peers' protocol.
        init(_ kind: Interaction.Kind) { self.init(rawValue: 1 << UInt32(kind.rawValue)) }
    }

    struct Counts: Sendable, Hashable {
        var replies: UInt32 = 0
        var reblogs: UInt32 = 0
        var favourites: UInt32 = 0
    }

    var counts = Counts()
    var own: Marks = []
    /// The viewer's own reblog of it, 0: none.
    var ownReblog: UInt64 = 0

    package init() {}

    init(_ reactions: PeerReactions) {
        counts = Counts(replies: reactions.replies, reblogs: reactions.reblogs, favourites: reactions.favourites)
        own = Marks(rawValue: reactions.own)
        ownReblog = reactions.ownReblog
        if ownReblog != 0 { own.insert(.reblogged) }
    }

    /// With what the viewer did a moment ago, and the count that goes with it.
    mutating func take(_ act: ViewerMarks.Act) {
        let isNews = own.contains(act.mark) != act.isOn
        if act.isOn { own.insert(act.mark) } else { own.remove(act.mark) }
        if act.mark == .reblogged { ownReblog = act.isOn ? act.event : 0 }
        guard isNews else { return }
        switch act.mark {
        case .favourited: StatusView.step(&counts.favourites, up: act.isOn)
        case .reblogged: StatusView.step(&counts.reblogs, up: act.isOn)
        default: break
        }
    }

    private static func step(_ count: inout UInt32, up: Bool) {
        if up { count += 1 } else if count > 0 { count -= 1 }
    }
}
