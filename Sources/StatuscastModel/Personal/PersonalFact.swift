/// What an account keeps for itself: lists, tags, markers, statuses for later, what it has read or put away.
///
/// Each fact sets or removes one thing, named by owner, shelf and key; of two about the same thing the one with the
/// higher event id wins. In the topic `accounts` each is an `AccountEvent` of a kind of its own.
public enum PersonalFact: Sendable, Hashable {
    /// The list as it is from now on, without its members.
    case listSet(StatusList)
    /// Its members are gone with it.
    case listRemoved(owner: AccountID, list: ListID)
    case listMember(ListMembership)
    case tagFollowed(TagChoice)
    case tagFeatured(TagChoice)
    case markerSet(Marker)
    /// The status as it waits from now on.
    case scheduledSet(ScheduledStatus)
    /// It was published, or taken back.
    case scheduledRemoved(owner: AccountID, id: ScheduledID)
    case conversationState(ConversationState)
    case notificationsDismissed(NotificationDismissal)

    /// The things of one sort. The raw values are on disk, as columns and as kinds of events.
    public enum Shelf: UInt8, Sendable, CaseIterable {
        case lists = 24
        case members = 26
        case followedTags = 27
        case featuredTags = 28
        case markers = 29
        case scheduled = 31
        case conversations = 37
        case dismissals = 38
    }

    public var owner: AccountID {
        switch self {
        case .listSet(let list): list.owner
        case .listRemoved(let owner, _), .scheduledRemoved(let owner, _): owner
        case .listMember(let membership): membership.owner
        case .tagFollowed(let choice), .tagFeatured(let choice): choice.owner
        case .markerSet(let marker): marker.owner
        case .scheduledSet(let scheduled): scheduled.draft.author
        case .conversationState(let state): state.owner
        case .notificationsDismissed(let dismissal): dismissal.owner
        }
    }

    public var shelf: Shelf {
        switch self {
        case .listSet, .listRemoved: .lists
        case .listMember: .members
        case .tagFollowed: .followedTags
        case .tagFeatured: .featuredTags
        case .markerSet: .markers
        case .scheduledSet, .scheduledRemoved: .scheduled
        case .conversationState: .conversations
        case .notificationsDismissed: .dismissals
        }
    }

    /// What the thing is called among its owner's on the shelf.
    public var key: String {
        switch self {
        case .listSet(let list): list.id.description
        case .listRemoved(_, let list): list.description
        case .listMember(let membership): "\(membership.list)/\(membership.account)"
        case .tagFollowed(let choice), .tagFeatured(let choice): choice.tag
        case .markerSet(let marker): marker.timeline
        case .scheduledSet(let scheduled): scheduled.id.description
        case .scheduledRemoved(_, let id): id.description
        case .conversationState(let state): state.conversation.description
        case .notificationsDismissed(let dismissal): dismissal.key
        }
    }

    /// False: from now on there is no such thing.
    public var isKept: Bool {
        switch self {
        case .listRemoved, .scheduledRemoved: false
        case .listMember(let membership): membership.isOn
        case .tagFollowed(let choice), .tagFeatured(let choice): choice.isOn
        case .listSet, .markerSet, .scheduledSet, .conversationState, .notificationsDismissed: true
        }
    }

    /// When it wants to be looked at; 0: never.
    public var dueUnixMilliseconds: UInt64 {
        if case .scheduledSet(let scheduled) = self { scheduled.dueUnixMilliseconds } else { 0 }
    }
}
