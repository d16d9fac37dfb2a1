internal import HTTPTypes
internal import Instrumentation
internal import Lease
internal import Logging
internal import StatuscastModel
internal import Traces

/// From a request to a status on stable storage.
struct StatusPosting: Sendable {
    let issuer: IdentifierIssuer
    let door: ReceiveDoor
    let keys: IdempotencyKeys
    let recents: RecentStatuses
    let tombstones: Tombstones
    let lookup: StatusLookup
    let visibility: StatusVisibility
    let accounts: AccountCache
    let logger: Logger

    /// The id of the posted status, or of the one that the same Idempotency-Key has made before.
    func post(_ posted: PostedStatus, author: AccountID, viewer: Viewer, key: String?) async throws(ClientError)
        -> StatusID
    {
        guard let key, !key.isEmpty else { return try await append(posted, author, viewer, key: "") }
        guard key.utf8.count <= Limits.idempotencyKeyBytes else {
            throw .validation("Idempotency-Key is longer than \(Limits.idempotencyKeyBytes) bytes")
        }
        let claim = IdempotencyKeys.Key(account: author, key: key)
        if let made = await keys.claim(claim) { return made }
        do throws(ClientError) {
            let id = try await append(posted, author, viewer, key: key)
            keys.made(id, by: claim)
            return id
        } catch {
            keys.failed(claim)
            throw error
        }
    }

    /// Returns once the delete is on stable storage; from then on the status does not show here.
    func delete(_ id: StatusID, askedForAs alias: StatusID, author: AccountID) async throws(ClientError) {
        let event = EventID(rawValue: try await nextID(after: id))
        let trace = ServiceContext.current?.traceID ?? .random()
        try await door.append(.delete(StatusDelete(event: event, status: id, author: author, trace: trace)))
        logger.debug("delete taken", metadata: .about(trace, status: id))
        recents.markDeleted(id)
        tombstones.insert([id.rawValue, alias.rawValue])
    }

    private func append(
        _ posted: PostedStatus, _ author: AccountID, _ viewer: Viewer, key: String
    ) async throws(ClientError) -> StatusID {
        let parent = try await parent(of: posted, viewer: author)
        let id = StatusID(rawValue: try await nextID(after: parent.id))
        let draft = StatusDraft(
            id: id, author: author, visibility: posted.visibility, sensitive: posted.sensitive,
            inReplyTo: parent.id, inReplyToAccount: parent.author, text: posted.text, spoiler: posted.spoiler,
            language: posted.language, idempotencyKey: key, application: viewer.application,
            applicationName: viewer.applicationName, applicationWebsite: viewer.applicationWebsite,
            trace: ServiceContext.current?.traceID ?? .random())
        // Found beside the append: the answer must not wait for it twice.
        async let mentions = MentionResolver.resolve(posted.entities, accounts: accounts)
        try await door.append(.post(draft))
        logger.debug("post taken", metadata: .about(draft.trace, status: id))
        if posted.visibility == .public { recents.tags.use(posted.entities.tags) }
        recents.insert(
            .init(
                draft: draft, mentions: await mentions,
                author: .init(username: viewer.username, displayName: viewer.displayName)))
        return id
    }

    /// The status that an alias stands for. No author where nobody can say just now who wrote it.
    func parent(
        of posted: PostedStatus, viewer: AccountID
    ) async throws(ClientError) -> (id: StatusID?, author: AccountID?) {
        guard let parent = posted.inReplyTo else { return (nil, nil) }
        switch await lookup.findOriginal(parent) {
        case .absent: throw PostedStatus.unknownParent
        case .unknown: return (parent, nil)
        case .found(let fragment, _):
            guard await visibility.allows(viewer, toSee: fragment) else { throw PostedStatus.unknownParent }
            return (StatusID(rawValue: fragment.id), fragment.author)
        }
    }

    private func nextID(after parent: StatusID?) async throws(ClientError) -> UInt64 {
        do throws(IdentifierError) {
            return try await issuer.next(after: parent?.rawValue)
        } catch {
            // An id from far in the future is none that anybody was given.
            if error.code == .parentTooFarAhead { throw PostedStatus.unknownParent }
            throw .unavailable("The status could not be stored just now; try again in a moment")
        }
    }
}
