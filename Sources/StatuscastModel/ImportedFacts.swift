/// Facts of a bulk import: many of them under one event id.
extension AccountEvent {
    /// Accounts of one user shard that were made together, each of them new.
    public struct ImportedAccounts: Sendable, Hashable {
        public struct Entry: Sendable, Hashable {
            public var account: Account
            /// As in `Credentials`.
            public var email: String
            /// As in `AccessToken`; empty for an account that gets no token.
            public var tokenHash: [UInt8]

            public init(account: Account, email: String, tokenHash: [UInt8] = []) {
                self.account = account
                self.email = email
                self.tokenHash = tokenHash
            }
        }

        public var entries: [Entry]
        /// The same for all of them; empty where none can sign in with a password.
        public var passwordHash: String
        /// Whose tokens they are. None: there are no tokens.
        public var application: ApplicationID?
        public var scopes: [String]

        public init(entries: [Entry], passwordHash: String, application: ApplicationID? = nil, scopes: [String] = []) {
            self.entries = entries
            self.passwordHash = passwordHash
            self.application = application
            self.scopes = scopes
        }

        func encode(into writer: inout ByteWriter) {
            writer.text(passwordHash)
            writer.id(application)
            writer.list(scopes) { $0.text($1) }
            writer.list(entries) { writer, entry in
                entry.account.encode(into: &writer)
                writer.text(entry.email)
                writer.blob(entry.tokenHash)
            }
        }

        init(from reader: inout ByteReader) throws(DecodeError) {
            passwordHash = try reader.text("password hash")
            application = try reader.optionalID("application id")
            scopes = try reader.list("scopes") { reader throws(DecodeError) in try reader.text("scope") }
            entries = try reader.list("accounts") { reader throws(DecodeError) in
                let account = try Account(from: &reader)
                let email = try reader.text("email")
                return Entry(account: account, email: email, tokenHash: Array(try reader.blob("token hash")))
            }
        }
    }

    /// One account follows many, with reblogs and without notifications. The same as a `Follow` for each of them,
    /// but that nobody is notified.
    public struct ImportedFollows: Sendable, Hashable {
        public var follower: AccountID
        /// At most `followeesMax`, in the order of `IdentifierList`.
        public var followees: [AccountID]

        /// So that an item stays far below its limit; who follows more gets several.
        public static let followeesMax = 10_000

        public init(follower: AccountID, followees: [AccountID]) {
            self.follower = follower
            self.followees = followees
        }

        func encode(into writer: inout ByteWriter) {
            writer.id(follower)
            writer.blob(IdentifierList.encoded(followees))
        }

        init(from reader: inout ByteReader) throws(DecodeError) {
            follower = try reader.id("follower")
            followees = try IdentifierList.decoded(try reader.blob("followees"))
        }
    }
}
