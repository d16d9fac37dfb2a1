internal import Instrumentation
internal import Logging
internal import StatuscastModel
internal import Traces

/// From a new version that its author wrote to an event on stable storage; it shows here from then on.
struct StatusEditing: Sendable {
    let acting: StatusActing
    let accounts: AccountCache
    let tombstones: Tombstones
    let site: Site

    /// The newest version. Where nothing was changed, nothing happens.
    func edit(
        _ fragment: Fragment, _ posted: PostedStatus, language: String?
    ) async throws(ClientError) -> Fragment {
        if fragment.isHeld { throw .validation("This post waits for an operator and cannot be edited until then") }
        var record = fragment.record
        record.text = posted.text
        record.spoiler = posted.spoiler
        record.sensitive = posted.sensitive
        record.language = language ?? record.language
        if record == fragment.record { return fragment }
        let event = try await acting.nextEvent(after: StatusID(rawValue: max(fragment.id, fragment.version)))
        let trace = ServiceContext.current?.traceID ?? .random()
        record.editedUnixMilliseconds = event.unixMilliseconds
        record.mentions = await MentionResolver.resolve(posted.entities, accounts: accounts)
        record.tags = posted.entities.tags
        try await acting.door.append(.edit(StatusEdit(event: event, record: record, trace: trace)))
        acting.logger.debug("edit taken", metadata: .about(trace, status: StatusID(rawValue: fragment.id)))
        let newest = Fragment(
            record, authorUsername: fragment.authorUsername, authorDisplayName: fragment.authorDisplayName,
            site: site, version: event.rawValue)
        tombstones.insert(version: newest, isOwn: true)
        return newest
    }
}
