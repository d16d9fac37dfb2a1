internal import Peers
internal import StatuscastModel

/// What one viewer does not want to see, or must not: blocks in both directions, mutes, filters, and what is for
/// followers of somebody whom the viewer does not follow.
struct ViewerRules: Sendable {
    /// Where something is shown. Mutes do not hold on an account's own page: who opens it wants to see it.
    enum Place: Sendable {
        case home
        case notifications
        case `public`
        case account
        case thread
        /// A part of the home.
        case list(ListID)

        var context: Filter.Contexts {
            switch self {
            case .home, .list: .home
            case .notifications: .notifications
            case .public: .public
            case .account: .account
            case .thread: .thread
            }
        }
    }

    static let none = ViewerRules()

    private var blocking: Set<AccountID> = []
    private var blockedBy: Set<AccountID> = []
    private var mutes: [AccountID: Mute] = [:]
    private var filters: [FilterMatcher] = []
    private var lists: [ListID: ViewerList] = [:]
    /// Whose statuses lists keep from the home.
    private var listedOnly: Set<AccountID> = []
    private var dismissedUpTo: UInt64 = 0
    private var dismissed: Set<UInt64> = []
    /// Of authors of followers-only statuses that came up, whether the viewer follows them.
    private var follows: [AccountID: Bool] = [:]
    /// When a mute or filter ends next; until then the rules say the same.
    private(set) var validUntilUnixMilliseconds = UInt64.max

    init() {}

    init(_ rules: PeerViewerRules, nowUnixMilliseconds now: UInt64) {
        blocking = Set(rules.blocking.map(AccountID.init(rawValue:)))
        blockedBy = Set(rules.blockedBy.map(AccountID.init(rawValue:)))
        for mute in rules.mutes.map(Mute.init) where mute.isInForce(atUnixMilliseconds: now) {
            mutes[mute.muted] = mute
            end(at: mute.untilUnixMilliseconds)
        }
        for filter in rules.filters.map(Filter.init) where filter.isInForce(atUnixMilliseconds: now) {
            filters.append(FilterMatcher(filter))
            end(at: filter.expiresUnixMilliseconds)
        }
        for list in rules.lists.map(ViewerList.init) {
            lists[list.id] = list
            if list.isExclusive { listedOnly.formUnion(list.members) }
        }
        dismissedUpTo = rules.notificationsDismissedUpTo
        dismissed = Set(rules.dismissedNotifications)
    }

    private mutating func end(at unixMilliseconds: UInt64) {
        if unixMilliseconds > 0 {
            validUntilUnixMilliseconds = min(validUntilUnixMilliseconds, unixMilliseconds)
        }
    }

    /// They are not known for certain.
    mutating func askAgain(at unixMilliseconds: UInt64) { end(at: unixMilliseconds) }

    func hasList(_ list: ListID) -> Bool { lists[list] != nil }

    func isBlocked(by account: AccountID) -> Bool { blockedBy.contains(account) }

    /// A block, in whichever direction.
    func keepsApart(_ account: AccountID) -> Bool { blocking.contains(account) || blockedBy.contains(account) }

    /// Whether it is for the viewer's eyes: what was delivered to a follower lies in the mailbox when the follow has
    /// ended. Nil: that hangs on whether the viewer follows the author, which has not been asked.
    func mayRead(_ fragment: Fragment, _ viewer: AccountID?) -> Bool? {
        guard fragment.record.kind == .status, fragment.author != viewer else { return true }
        switch fragment.record.visibility {
        case .public, .unlisted: return true
        case .private, .direct:
            guard let viewer else { return false }
            if fragment.mentions(viewer) { return true }
            return fragment.record.visibility == .direct ? false : follows[fragment.author]
        }
    }

    /// False also for who was not asked about.
    func isFollowing(_ author: AccountID) -> Bool { follows[author] ?? false }

    /// Of so many authors it is remembered beyond one page.
    static let followsMax = 64

    mutating func learn(_ answers: [AccountID: Bool]) { follows.merge(answers) { $1 } }

    mutating func forgetFollows() { follows = [:] }

    /// Whether as many more would be too many to be remembered.
    func isFull(with more: Int) -> Bool { follows.count + more > Self.followsMax }

    /// Whether it may stand on a page. What the viewer wrote always does, but for lists that do not have the viewer and
    /// notifications that were put away.
    func shows(_ fragment: Fragment, in place: Place, to viewer: AccountID?) -> Bool {
        switch place {
        case .list(let list): guard lists[list]?.shows(fragment, to: viewer) == true else { return false }
        case .notifications:
            if fragment.id <= dismissedUpTo || dismissed.contains(fragment.id) { return false }
        default: break
        }
        if fragment.author == viewer { return true }
        if blocking.contains(fragment.author) || blockedBy.contains(fragment.author) { return false }
        if let original = fragment.reblogged, original.author != viewer {
            if keepsApart(original.author) { return false }
            if place.context == .home, mutes[original.author] != nil { return false }
        }
        switch place {
        case .account, .thread: return true
        case .notifications: if mutes[fragment.author]?.hidesNotifications == true { return false }
        case .public: if mutes[fragment.author] != nil { return false }
        case .home, .list:
            if case .home = place, listedOnly.contains(fragment.author) { return false }
            if mutes[fragment.author] != nil { return false }
            let isAboutHidden = fragment.record.mentions.contains {
                mutes[$0.account] != nil || blocking.contains($0.account)
            }
            if isAboutHidden { return false }
        }
        return !matches(fragment, in: place).contains { $0.filter.action == .hide }
    }

    /// The filters that a status meets in a place, each with the word that it was (empty where it was none), and with no
    /// other of its single statuses than this one. A reblog meets those that name what it repeats.
    func matches(_ fragment: Fragment, in place: Place) -> [(filter: Filter, keyword: String)] {
        guard !filters.isEmpty, fragment.record.kind == .status else { return [] }
        let text = fragment.folded
        let id = fragment.reblogged?.id ?? fragment.id
        return filters.compactMap { matcher in
            guard matcher.contexts.contains(place.context) else { return nil }
            var filter = matcher.filter
            filter.statuses.removeAll { $0.status.rawValue != id }
            let keyword = matcher.firstMatch(in: text)
            return keyword == nil && filter.statuses.isEmpty ? nil : (filter, keyword ?? "")
        }
    }
}

extension Mute {
    init(_ mute: PeerMute) {
        self.init(
            muter: AccountID(rawValue: mute.muter), muted: AccountID(rawValue: mute.muted),
            untilUnixMilliseconds: mute.untilUnixMilliseconds, hidesNotifications: mute.hidesNotifications)
    }
}

extension Filter {
    init(_ filter: PeerFilter) {
        self.init(
            id: FilterID(rawValue: filter.id), owner: AccountID(rawValue: filter.owner), title: filter.title,
            contexts: Contexts(rawValue: UInt8(truncatingIfNeeded: filter.contexts)),
            action: UInt8(exactly: filter.action).flatMap(Action.init(rawValue:)) ?? .warn,
            expiresUnixMilliseconds: filter.expiresUnixMilliseconds,
            keywords: filter.keywords.map {
                Keyword(id: FilterID(rawValue: $0.id), text: $0.text, wholeWord: $0.wholeWord)
            },
            statuses: filter.statuses.map {
                FilteredStatus(id: FilterID(rawValue: $0.id), status: StatusID(rawValue: $0.status))
            })
    }
}
