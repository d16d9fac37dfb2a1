public import StatuscastModel

/// An account with what the user store counts about it.
public struct StoredAccount: Sendable, Hashable {
    public var account: Account
    public var followers: Int
    public var following: Int
    /// Reaches only those who follow it.
    public var isSilenced: Bool
    /// Waits for an operator's approval.
    public var isPending: Bool
    /// The account's own fields of the same name hold what is here, too.
    public var profile = Profile()

    public init(
        account: Account, followers: Int, following: Int, isSilenced: Bool = false, isPending: Bool = false
    ) {
        self.account = account
        self.followers = followers
        self.following = following
        self.isSilenced = isSilenced
        self.isPending = isPending
    }
}

/// What one account is to another.
public struct StoredRelationship: Sendable, Hashable {
    public var account: AccountID
    /// What the viewer follows; nil where it does not.
    public var following: AccountEvent.Follow?
    public var isFollowedBy: Bool
    public var isBlocking: Bool
    public var isBlockedBy: Bool
    /// Nil where the viewer does not mute it; it may have ended meanwhile.
    public var mute: Mute?
    /// The viewer has asked to follow it.
    public var isRequested: Bool
    public var isRequestedBy: Bool
    /// What the viewer has written down about it.
    public var note: String

    public init(
        account: AccountID, following: AccountEvent.Follow?, isFollowedBy: Bool, isBlocking: Bool = false,
        isBlockedBy: Bool = false, mute: Mute? = nil, isRequested: Bool = false, isRequestedBy: Bool = false,
        note: String = ""
    ) {
        self.account = account
        self.following = following
        self.isFollowedBy = isFollowedBy
        self.isBlocking = isBlocking
        self.isBlockedBy = isBlockedBy
        self.mute = mute
        self.isRequested = isRequested
        self.isRequestedBy = isRequestedBy
        self.note = note
    }
}

/// Who signs in, and what the password is checked against.
public struct StoredCredentials: Sendable, Hashable {
    public var account: AccountID
    public var passwordHash: String
    public var isSuspended: Bool
    public var isPending: Bool

    public init(account: AccountID, passwordHash: String, isSuspended: Bool, isPending: Bool = false) {
        self.account = account
        self.passwordHash = passwordHash
        self.isSuspended = isSuspended
        self.isPending = isPending
    }
}
