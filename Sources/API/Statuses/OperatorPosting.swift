internal import HTTPTypes
internal import Peers
internal import StatuscastModel
internal import Synchronization

/// Posts for the operator's command: by the same rules and on the same way as what clients post.
struct OperatorPosting: PostingService {
    let posting: StatusPosting
    let accounts: AccountCache
    let store: StoreAccess
    let site: Site

    func post(_ request: PeerPostAs) async throws(PeerError) -> PeerPostedAs {
        let account = try await author(AccountID(rawValue: request.account))
        let viewer = Viewer(
            account: AccountID(rawValue: account.id), username: account.username, displayName: account.displayName,
            application: ApplicationID(rawValue: 0), applicationName: "", applicationWebsite: "", scopes: [])
        do throws(ClientError) {
            let posted = try PostedStatus(try RequestParameters(request))
            let id = try await posting.post(
                posted, author: AccountID(rawValue: account.id), viewer: viewer,
                key: request.idempotencyKey)
            var answer = PeerPostedAs()
            answer.id = id.rawValue
            answer.url = site.statusURL(account.username, id.rawValue)
            return answer
        } catch {
            throw PeerError(error)
        }
    }

    private func author(_ id: AccountID) async throws(PeerError) -> PeerAccount {
        let found = try await store.ask { (store) throws(PeerError) in try await store.accounts(ids: [id]) }
        guard let account = found.first else { throw PeerError(.notFound, "there is no account \(id)") }
        if account.suspended { throw PeerError(.forbidden, "\(account.username) is suspended and cannot post") }
        return account
    }
}

/// Stands where requests to post arrive before the front can take them: its address must be known before it has a node
/// number.
final class PostingDoor: PostingService {
    private let inside = Mutex<(any PostingService)?>(nil)

    func open(_ service: any PostingService) { inside.withLock { $0 = service } }

    func post(_ request: PeerPostAs) async throws(PeerError) -> PeerPostedAs {
        guard let service = inside.withLock({ $0 }) else { throw PeerError(.unavailable, "the front is starting") }
        return try await service.post(request)
    }
}

extension RequestParameters {
    /// What a client would have sent.
    fileprivate init(_ request: PeerPostAs) throws(ClientError) {
        self.init()
        try add("status", request.text)
        try add("spoiler_text", request.spoiler)
        try add("visibility", request.visibility)
        try add("language", request.language)
        if request.sensitive { try add("sensitive", "true") }
        if request.inReplyTo != 0 { try add("in_reply_to_id", String(request.inReplyTo)) }
    }
}

extension PeerError {
    fileprivate init(_ error: ClientError) {
        switch error.status {
        case .notFound: self.init(.notFound, error.error)
        case .unprocessableContent, .badRequest: self.init(.invalid, error.error)
        case .serviceUnavailable: self.init(.unavailable, error.error)
        default: self.init(.failed, error.cause ?? error.error)
        }
    }
}
