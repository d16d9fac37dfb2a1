/// One item of the topic `accounts`: a fact about users that the user store has judged, in the order it judged them.
///
/// Layout as in `ReceiveEvent`: version 1, the event id (8 bytes), the kind, the fields in the order below. Secrets are
/// hashed before they come here; the topic holds everything that the user store holds.
public struct AccountEvent: Sendable, Hashable {
    /// Also the version of what the event changes: the highest wins.
    public var id: EventID
    public var change: Change

    public init(id: EventID, change: Change) {
        self.id = id
        self.change = change
    }

    public enum Change: Sendable, Hashable {
        case accountCreated(Account, Credentials)
        /// The account as it is from now on.
        case accountChanged(Account)
        case followed(Follow)
        case unfollowed(follower: AccountID, followee: AccountID)
        case applicationRegistered(Application)
        case tokenIssued(AccessToken)
        case tokenRevoked(hash: [UInt8])
        /// It ends no follow by itself: the store adds the ends of follows in both directions.
        case blocked(blocker: AccountID, blocked: AccountID)
        case unblocked(blocker: AccountID, blocked: AccountID)
        case muted(Mute)
        case unmuted(muter: AccountID, muted: AccountID)
        /// The filter as it is from now on.
        case filterSet(Filter)
        case filterRemoved(owner: AccountID, filter: FilterID)
        /// An operator's decision about an account.
        case standingChanged(Standing.Change)
        /// The account, its tokens and all its statuses are gone for good; its name stays taken. Every partition of
        /// `accounts` gets one. What it followed is ended by facts of its own before it.
        case accountDeleted(AccountID)
        case accountsImported(ImportedAccounts)
        /// Followers of one user shard, each at most once.
        case followsImported([ImportedFollows])
        case profileChanged(ProfileChange)
        /// Replaces an earlier request of the same pair.
        case followRequested(Follow)
        /// It was accepted, refused or taken back; where it was accepted, the follow is a fact of its own.
        case followRequestEnded(follower: AccountID, followee: AccountID)
        case noteSet(AccountNote)
        case authorizationIssued(Authorization)
        case authorizationUsed(Authorization.Use)
        /// What an account keeps for itself.
        case personal(PersonalFact)
    }

    public struct Credentials: Sendable, Hashable {
        /// Folded to lower case; unique.
        public var email: String
        /// Self-describing: algorithm, parameters, salt, key.
        public var passwordHash: String
        /// Why somebody wants the account, in their own words, for the operator. Missing in events of earlier releases.
        public var reason: String

        public init(email: String, passwordHash: String, reason: String = "") {
            self.email = email
            self.passwordHash = passwordHash
            self.reason = reason
        }
    }

    public struct Follow: Sendable, Hashable {
        public var follower: AccountID
        public var followee: AccountID
        public var showReblogs: Bool
        public var notify: Bool

        public init(follower: AccountID, followee: AccountID, showReblogs: Bool = true, notify: Bool = false) {
            self.follower = follower
            self.followee = followee
            self.showReblogs = showReblogs
            self.notify = notify
        }
    }

    public struct Application: Sendable, Hashable {
        public var id: ApplicationID
        public var name: String
        public var website: String
        public var redirectURIs: [String]
        public var scopes: [String]
        public var clientID: String
        /// SHA-256 of the secret.
        public var clientSecretHash: [UInt8]

        public init(
            id: ApplicationID, name: String, website: String, redirectURIs: [String], scopes: [String],
            clientID: String, clientSecretHash: [UInt8]
        ) {
            self.id = id
            self.name = name
            self.website = website
            self.redirectURIs = redirectURIs
            self.scopes = scopes
            self.clientID = clientID
            self.clientSecretHash = clientSecretHash
        }
    }

    public struct AccessToken: Sendable, Hashable {
        /// SHA-256 of the token: whoever reads the store cannot sign in with what it holds.
        public var hash: [UInt8]
        public var application: ApplicationID
        /// None: the token is the application's own.
        public var account: AccountID?
        public var scopes: [String]
        public var createdUnixMilliseconds: UInt64

        public init(
            hash: [UInt8], application: ApplicationID, account: AccountID?, scopes: [String],
            createdUnixMilliseconds: UInt64
        ) {
            self.hash = hash
            self.application = application
            self.account = account
            self.scopes = scopes
            self.createdUnixMilliseconds = createdUnixMilliseconds
        }
    }
}

extension AccountEvent {
    public func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(UInt8(1))
        writer.id(id)
        switch change {
        case .accountCreated(let account, let credentials):
            writer.integer(UInt8(1))
            account.encode(into: &writer)
            writer.text(credentials.email)
            writer.text(credentials.passwordHash)
            writer.text(credentials.reason)
        case .accountChanged(let account):
            writer.integer(UInt8(2))
            account.encode(into: &writer)
        case .followed(let follow):
            writer.integer(UInt8(3))
            follow.encode(into: &writer)
        case .unfollowed(let follower, let followee):
            writer.integer(UInt8(4))
            writer.id(follower)
            writer.id(followee)
        case .applicationRegistered(let application):
            writer.integer(UInt8(5))
            application.encode(into: &writer)
        case .tokenIssued(let token):
            writer.integer(UInt8(6))
            token.encode(into: &writer)
        case .tokenRevoked(let hash):
            writer.integer(UInt8(7))
            writer.blob(hash)
        case .blocked(let blocker, let blocked): writer.pair(8, blocker, blocked)
        case .unblocked(let blocker, let blocked): writer.pair(9, blocker, blocked)
        case .muted(let mute):
            writer.integer(UInt8(10))
            mute.encode(into: &writer)
        case .unmuted(let muter, let muted): writer.pair(11, muter, muted)
        case .filterSet(let filter):
            writer.integer(UInt8(12))
            filter.encode(into: &writer)
        case .filterRemoved(let owner, let filter):
            writer.integer(UInt8(13))
            writer.id(owner)
            writer.id(filter)
        case .standingChanged(let standing):
            writer.integer(UInt8(16))
            standing.encode(into: &writer)
        case .accountDeleted(let account):
            writer.integer(UInt8(17))
            writer.id(account)
        case .profileChanged(let change):
            writer.integer(UInt8(20))
            change.encode(into: &writer)
        case .followRequested(let follow):
            writer.integer(UInt8(21))
            follow.encode(into: &writer)
        case .followRequestEnded(let follower, let followee): writer.pair(22, follower, followee)
        case .noteSet(let note):
            writer.integer(UInt8(23))
            note.encode(into: &writer)
        case .accountsImported(let accounts):
            writer.integer(UInt8(32))
            accounts.encode(into: &writer)
        case .followsImported(let lists):
            writer.integer(UInt8(33))
            writer.list(lists) { $1.encode(into: &$0) }
        case .authorizationIssued(let authorization):
            writer.integer(UInt8(34))
            authorization.encode(into: &writer)
        case .authorizationUsed(let use):
            writer.integer(UInt8(35))
            use.encode(into: &writer)
        case .personal(let fact): fact.encode(into: &writer)
        }
        return writer.bytes
    }

    public init(decoding bytes: ArraySlice<UInt8>) throws(DecodeError) {
        var reader = ByteReader(bytes)
        _ = try reader.version(upTo: 1, "account event")
        id = try reader.id("event id")
        switch try reader.integer("account event kind", as: UInt8.self) {
        case 1:
            let account = try Account(from: &reader)
            let email = try reader.text("email")
            let hash = try reader.text("password hash")
            let reason = reader.isAtEnd ? "" : try reader.text("reason")
            change = .accountCreated(account, Credentials(email: email, passwordHash: hash, reason: reason))
        case 2: change = .accountChanged(try Account(from: &reader))
        case 3: change = .followed(try Follow(from: &reader))
        case 4:
            let follower: AccountID = try reader.id("follower")
            change = .unfollowed(follower: follower, followee: try reader.id("followee"))
        case 5: change = .applicationRegistered(try Application(from: &reader))
        case 6: change = .tokenIssued(try AccessToken(from: &reader))
        case 7: change = .tokenRevoked(hash: Array(try reader.blob("token hash")))
        case 8:
            let blocker: AccountID = try reader.id("blocker")
            change = .blocked(blocker: blocker, blocked: try reader.id("blocked"))
        case 9:
            let blocker: AccountID = try reader.id("blocker")
            change = .unblocked(blocker: blocker, blocked: try reader.id("blocked"))
        case 10: change = .muted(try Mute(from: &reader))
        case 11:
            let muter: AccountID = try reader.id("muter")
            change = .unmuted(muter: muter, muted: try reader.id("muted"))
        case 12: change = .filterSet(try Filter(from: &reader))
        case 13:
            let owner: AccountID = try reader.id("filter owner")
            change = .filterRemoved(owner: owner, filter: try reader.id("filter id"))
        case 16: change = .standingChanged(try Standing.Change(from: &reader))
        case 17: change = .accountDeleted(try reader.id("account"))
        case 20: change = .profileChanged(try ProfileChange(from: &reader))
        case 21: change = .followRequested(try Follow(from: &reader))
        case 22:
            let follower: AccountID = try reader.id("follower")
            change = .followRequestEnded(follower: follower, followee: try reader.id("followee"))
        case 23: change = .noteSet(try AccountNote(from: &reader))
        case 32: change = .accountsImported(try ImportedAccounts(from: &reader))
        case 33:
            change = .followsImported(
                try reader.list("follows") { reader throws(DecodeError) in try ImportedFollows(from: &reader) })
        case 34: change = .authorizationIssued(try Authorization(from: &reader))
        case 35: change = .authorizationUsed(try Authorization.Use(from: &reader))
        case let kind:
            guard let fact = try PersonalFact(kind: kind, from: &reader) else {
                throw DecodeError(field: "account event kind", reason: .invalid("unknown kind \(kind)"))
            }
            change = .personal(fact)
        }
    }
}

extension ByteWriter {
    /// A kind whose fields are two accounts.
    fileprivate mutating func pair(_ kind: UInt8, _ first: AccountID, _ second: AccountID) {
        integer(kind)
        id(first)
        id(second)
    }
}

extension AccountEvent.Follow {
    func encode(into writer: inout ByteWriter) {
        writer.id(follower)
        writer.id(followee)
        writer.flag(showReblogs)
        writer.flag(notify)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        follower = try reader.id("follower")
        followee = try reader.id("followee")
        showReblogs = try reader.flag("show reblogs")
        notify = try reader.flag("notify")
    }
}

extension AccountEvent.Application {
    func encode(into writer: inout ByteWriter) {
        writer.id(id)
        writer.text(name)
        writer.text(website)
        writer.list(redirectURIs) { $0.text($1) }
        writer.list(scopes) { $0.text($1) }
        writer.text(clientID)
        writer.blob(clientSecretHash)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        id = try reader.id("application id")
        name = try reader.text("application name")
        website = try reader.text("website")
        redirectURIs = try reader.list("redirect URIs") { reader throws(DecodeError) in try reader.text("URI") }
        scopes = try reader.list("scopes") { reader throws(DecodeError) in try reader.text("scope") }
        clientID = try reader.text("client id")
        clientSecretHash = Array(try reader.blob("client secret hash"))
    }
}

extension AccountEvent.AccessToken {
    func encode(into writer: inout ByteWriter) {
        writer.blob(hash)
        writer.id(application)
        writer.id(account)
        writer.list(scopes) { $0.text($1) }
        writer.integer(createdUnixMilliseconds)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        hash = Array(try reader.blob("token hash"))
        application = try reader.id("application id")
        account = try reader.optionalID("account id")
        scopes = try reader.list("scopes") { reader throws(DecodeError) in try reader.text("scope") }
        createdUnixMilliseconds = try reader.integer("created")
    }
}
