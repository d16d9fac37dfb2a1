internal import StatuscastModel

/// Who makes a request: what the store said of the token.
struct Viewer: Sendable, Hashable {
    /// Nil: the application itself.
    var account: AccountID?
    var username: String
    var displayName: String
    var application: ApplicationID
    var applicationName: String
    var applicationWebsite: String
    var scopes: [String]
    /// The account waits for approval.
    var isPending = false

    /// Whether one of the scopes covers `scope`: itself, or the part before its colon.
    func allows(_ scope: Scope) -> Bool {
        scopes.contains { $0 == scope.name || $0 == scope.family || (scope.isFollow && $0 == "follow") }
    }
}

/// What an endpoint asks of a token.
struct Scope: Sendable, Hashable {
    let name: String
    let family: String
    /// The old scope `follow` covers it as well.
    let isFollow: Bool

    private init(_ family: String, _ part: String, isFollow: Bool = false) {
        self.family = family
        self.isFollow = isFollow
        name = "\(family):\(part)"
    }

    /// One without parts.
    private init(named name: String) {
        self.name = name
        family = name
        isFollow = false
    }

    static let readAccounts = Scope("read", "accounts")
    static let readStatuses = Scope("read", "statuses")
    static let readNotifications = Scope("read", "notifications")
    static let readSearch = Scope("read", "search")
    static let readFollows = Scope("read", "follows", isFollow: true)
    static let readBlocks = Scope("read", "blocks", isFollow: true)
    static let readMutes = Scope("read", "mutes", isFollow: true)
    static let readFavourites = Scope("read", "favourites")
    static let readBookmarks = Scope("read", "bookmarks")
    static let readFilters = Scope("read", "filters")
    static let writeBlocks = Scope("write", "blocks", isFollow: true)
    static let writeMutes = Scope("write", "mutes", isFollow: true)
    static let writeFavourites = Scope("write", "favourites")
    static let writeBookmarks = Scope("write", "bookmarks")
    static let writeFilters = Scope("write", "filters")
    static let writeAccounts = Scope("write", "accounts")
    static let readLists = Scope("read", "lists")
    static let writeLists = Scope("write", "lists")
    static let writeConversations = Scope("write", "conversations")
    static let writeNotifications = Scope("write", "notifications")
    static let writeStatuses = Scope("write", "statuses")
    static let writeMedia = Scope("write", "media")
    static let push = Scope(named: "push")
    static let writeFollows = Scope("write", "follows", isFollow: true)
}
