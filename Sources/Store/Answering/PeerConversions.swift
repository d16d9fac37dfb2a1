internal import CanonicalStore
internal import Foundation
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf
internal import SystemClock

extension PeerError {
    /// What can pass is `.unavailable`; the rest stays to be looked at by an operator.
    init(_ error: StoreError) {
        switch error.code {
        case .temporary, .full, .closed: self.init(.unavailable, error.description)
        default: self.init(.failed, error.description)
        }
    }
}

extension PeerAccount {
    init(_ stored: StoredAccount, _ counts: AuthorCounts) {
        self.init()
        id = stored.account.id.rawValue
        username = stored.account.username
        displayName = stored.account.displayName
        note = stored.account.note
        locked = stored.account.locked
        bot = stored.account.bot
        priority = stored.account.priority
        suspended = stored.account.suspended
        silenced = stored.isSilenced
        pending = stored.isPending
        createdUnixMilliseconds = stored.account.createdUnixMilliseconds
        statusesCount = UInt64(max(0, counts.statuses))
        followersCount = UInt64(max(0, stored.followers))
        followingCount = UInt64(max(0, stored.following))
        lastStatusUnixMilliseconds = counts.last?.unixMilliseconds ?? 0
        take(stored.profile)
    }

    private mutating func take(_ profile: Profile) {
        avatar = profile.avatar
        header = profile.header
        links = profile.links.map { link in
            PeerProfileLink.with {
                $0.name = link.name
                $0.value = link.value
            }
        }
        undiscoverable = !profile.discoverable
        indexable = profile.indexable
        privacy = profile.privacy.name
        sensitive = profile.sensitive
        language = profile.language
    }
}

extension PeerRelationship {
    init(_ stored: StoredRelationship) {
        self.init()
        account = stored.account.rawValue
        following = stored.following != nil
        showingReblogs = stored.following?.showReblogs ?? false
        notifying = stored.following?.notify ?? false
        followedBy = stored.isFollowedBy
        blocking = stored.isBlocking
        blockedBy = stored.isBlockedBy
        requested = stored.isRequested
        requestedBy = stored.isRequestedBy
        note = stored.note
        guard let mute = stored.mute, mute.isInForce(atUnixMilliseconds: UnixClock.milliseconds()) else { return }
        muting = true
        mutingNotifications = mute.hidesNotifications
        mutedUntilUnixMilliseconds = mute.untilUnixMilliseconds
    }
}

extension PeerStoredStatus {
    init(_ stored: StoredStatus) {
        self.init()
        id = stored.id.rawValue
        record = Data(stored.record)
        deleted = stored.isDeleted
        aliasOf = stored.aliasOf?.rawValue ?? 0
        repliesCount = UInt32(clamping: stored.replies)
        refusedReason = stored.refusedReason ?? ""
        held = stored.isHeld
    }
}

extension PeerMute {
    init(_ mute: Mute) {
        self.init()
        muter = mute.muter.rawValue
        muted = mute.muted.rawValue
        untilUnixMilliseconds = mute.untilUnixMilliseconds
        hidesNotifications = mute.hidesNotifications
    }
}

extension PeerRelation {
    init(_ stored: StoredRelation) {
        self.init()
        account = stored.account.rawValue
        cursor = stored.version.rawValue
        untilUnixMilliseconds = stored.untilUnixMilliseconds
    }
}

extension PeerFilter {
    init(_ filter: Filter) {
        self.init()
        id = filter.id.rawValue
        owner = filter.owner.rawValue
        title = filter.title
        contexts = UInt32(filter.contexts.rawValue)
        action = UInt32(filter.action.rawValue)
        expiresUnixMilliseconds = filter.expiresUnixMilliseconds
        keywords = filter.keywords.map { keyword in
            PeerFilterKeyword.with {
                $0.id = keyword.id.rawValue
                $0.text = keyword.text
                $0.wholeWord = keyword.wholeWord
            }
        }
        statuses = filter.statuses.map { filtered in
            PeerFilteredStatus.with {
                $0.id = filtered.id.rawValue
                $0.status = filtered.status.rawValue
            }
        }
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
