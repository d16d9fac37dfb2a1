import StatuscastModel

/// Account events by number.
enum Facts {
    static func event(_ id: UInt64, _ change: AccountEvent.Change) -> AccountEvent {
        AccountEvent(id: EventID(rawValue: id), change: change)
    }

    static func follow(_ id: UInt64, _ follower: UInt64, _ followee: UInt64) -> AccountEvent {
        event(id, .followed(.init(follower: AccountID(rawValue: follower), followee: AccountID(rawValue: followee))))
    }

    static func unfollow(_ id: UInt64, _ follower: UInt64, _ followee: UInt64) -> AccountEvent {
        event(id, .unfollowed(follower: AccountID(rawValue: follower), followee: AccountID(rawValue: followee)))
    }

    static func imported(_ id: UInt64, _ lists: [(follower: UInt64, followees: [UInt64])]) -> AccountEvent {
        event(
            id,
            .followsImported(
                lists.map {
                    .init(
                        follower: AccountID(rawValue: $0.follower),
                        followees: $0.followees.map(AccountID.init(rawValue:)))
                }))
    }
}
