internal import Peers
internal import StatuscastModel

/// A list as it decides what its page shows.
struct ViewerList: Sendable {
    let id: ListID
    let isExclusive: Bool
    let members: Set<AccountID>
    private let policy: StatusList.RepliesPolicy

    init(_ list: PeerViewerList) {
        id = ListID(rawValue: list.id)
        isExclusive = list.exclusive
        members = Set(list.members.map(AccountID.init(rawValue:)))
        policy = UInt8(exactly: list.repliesPolicy).flatMap(StatusList.RepliesPolicy.init(rawValue:)) ?? .list
    }

    /// Of what members wrote: replies only as the policy says, but to themselves and to the owner always.
    func shows(_ fragment: Fragment, to owner: AccountID?) -> Bool {
        guard members.contains(fragment.author) else { return false }
        guard let repliedTo = fragment.record.inReplyToAccount, repliedTo != fragment.author, repliedTo != owner else {
            return true
        }
        switch policy {
        case .none: return false
        case .list: return members.contains(repliedTo)
        // Replies to others were not delivered to the home.
        case .followed: return true
        }
    }
}
