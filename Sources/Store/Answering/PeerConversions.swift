internal import CanonicalStore
internal import Foundation
internal import Peers
internal import StatuscastModel

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
        createdUnixMilliseconds = stored.account.createdUnixMilliseconds
        statusesCount = UInt64(max(0, counts.statuses))
        followersCount = UInt64(max(0, stored.followers))
        followingCount = UInt64(max(0, stored.following))
        lastStatusUnixMilliseconds = counts.last?.unixMilliseconds ?? 0
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
    }
}
