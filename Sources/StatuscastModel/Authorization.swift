/// A person's consent that an application may act for it, until the application exchanges its code for a token
/// (RFC 6749, 4.1).
public struct Authorization: Sendable, Hashable {
    /// SHA-256 of the code.
    public var codeHash: [UInt8]
    public var application: ApplicationID
    public var account: AccountID
    public var scopes: [String]
    /// Where the code was sent; the exchange must name the same.
    public var redirectURI: String
    /// Of PKCE with S256 (RFC 7636); empty where the application sent none.
    public var codeChallenge: String
    public var createdUnixMilliseconds: UInt64

    /// How long a code may be exchanged.
    public static let lifetimeMilliseconds: UInt64 = 600_000

    public init(
        codeHash: [UInt8], application: ApplicationID, account: AccountID, scopes: [String], redirectURI: String,
        codeChallenge: String, createdUnixMilliseconds: UInt64
    ) {
        self.codeHash = codeHash
        self.application = application
        self.account = account
        self.scopes = scopes
        self.redirectURI = redirectURI
        self.codeChallenge = codeChallenge
        self.createdUnixMilliseconds = createdUnixMilliseconds
    }

    /// That a code was exchanged, and for which token: a code that comes again ends it.
    public struct Use: Sendable, Hashable {
        public var account: AccountID
        public var codeHash: [UInt8]
        public var tokenHash: [UInt8]

        public init(account: AccountID, codeHash: [UInt8], tokenHash: [UInt8]) {
            self.account = account
            self.codeHash = codeHash
            self.tokenHash = tokenHash
        }

        func encode(into writer: inout ByteWriter) {
            writer.id(account)
            writer.blob(codeHash)
            writer.blob(tokenHash)
        }

        init(from reader: inout ByteReader) throws(DecodeError) {
            account = try reader.id("account")
            codeHash = Array(try reader.blob("code hash"))
            tokenHash = Array(try reader.blob("token hash"))
        }
    }

    func encode(into writer: inout ByteWriter) {
        writer.blob(codeHash)
        writer.id(application)
        writer.id(account)
        writer.list(scopes) { $0.text($1) }
        writer.text(redirectURI)
        writer.text(codeChallenge)
        writer.integer(createdUnixMilliseconds)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        codeHash = Array(try reader.blob("code hash"))
        application = try reader.id("application id")
        account = try reader.id("account id")
        scopes = try reader.list("scopes") { reader throws(DecodeError) in try reader.text("scope") }
        redirectURI = try reader.text("redirect URI")
        codeChallenge = try reader.text("code challenge")
        createdUnixMilliseconds = try reader.integer("created")
    }
}
