internal import HTTPTypes
internal import StatuscastModel

/// What a client subscribes to: the name it gave, the mailboxes that it is made of, and what a token must allow.
struct StreamTopic: Hashable, Sendable {
    /// As frames over WebSocket name it: the stream, and its tag or list.
    let names: [String]
    /// Empty where nothing ever comes.
    let mailboxes: [Address]
    /// Must be the viewer's. What it shows of the home is a matter of the viewer's rules.
    let list: ListID?

    /// Checks the token as well. Throws 400 for a stream that does not exist or lacks its parameter, 401 for a token
    /// that is missing or not enough.
    init(stream: String, _ parameters: RequestParameters, viewer: Viewer?) throws(ClientError) {
        switch stream {
        case "user":
            let person = try StreamTopic.person(viewer, .readStatuses)
            let isTold = viewer?.allows(.readNotifications) ?? false
            self.init([stream], isTold ? [.home(person), .notifications(person)] : [.home(person)])
        case "user:notification":
            self.init([stream], [.notifications(try StreamTopic.person(viewer, .readNotifications))])
        case "direct":
            // Conversations are not told of yet; clients subscribe all the same.
            _ = try StreamTopic.person(viewer, .readStatuses)
            self.init([stream], [])
        case "public", "public:local":
            try StreamTopic.check(viewer, .readStatuses)
            self.init([stream], parameters.flag("only_media") ? [] : [.public])
        // Only what was written here is known here: there is nothing remote, and no media yet.
        case "public:remote", "public:media", "public:local:media", "public:remote:media":
            try StreamTopic.check(viewer, .readStatuses)
            self.init([stream], [])
        case "hashtag", "hashtag:local":
            try StreamTopic.check(viewer, .readStatuses)
            guard let tag = parameters.text("tag"), Hashtag.isValid(tag) else {
                throw .badRequest("Missing tag name parameter")
            }
            self.init([stream, tag], [.tag(Hashtag.folded(tag))])
        case "list":
            let person = try StreamTopic.person(viewer, .readLists)
            guard let list = parameters.text("list").flatMap({ ListID($0) }) else {
                throw .badRequest("Missing list name parameter")
            }
            self.init([stream, list.description], [.home(person)], list: list)
        default:
            throw .badRequest("Unknown stream type")
        }
    }

    private init(_ names: [String], _ mailboxes: [Address], list: ListID? = nil) {
        self.names = names
        self.mailboxes = mailboxes
        self.list = list
    }

    private static func person(_ viewer: Viewer?, _ scope: Scope) throws(ClientError) -> AccountID {
        guard let account = viewer?.account else { throw .missingToken }
        try check(viewer, scope)
        return account
    }

    /// Anybody may look at what is public; a token that is there must allow it.
    private static func check(_ viewer: Viewer?, _ scope: Scope) throws(ClientError) {
        if let viewer, !viewer.allows(scope) { throw .tokenOutsideScopes }
    }
}

extension ClientError {
    // Streams answer 401 where the rest of the API answers 403 or 422: clients know no other refusal there.
    static let missingToken = ClientError(.unauthorized, "Missing access token")
    static let tokenOutsideScopes = ClientError(
        .unauthorized, "Access token does not have the required scopes")
    static let notYourList = ClientError(.unauthorized, "Not authorized to stream this list")
}
