internal import HTTPTypes
internal import Hummingbird
internal import Instrumentation
internal import StatuscastModel
internal import Traces

/// Statuses for later: kept by the store, which publishes them when their time has come.
struct ScheduledEndpoints: Sendable {
    let personal: PersonalFacts
    let posting: StatusPosting
    let site: Site

    static let path = "/api/v1/scheduled_statuses"

    func add(to routes: Routes) {
        routes.get(ScheduledEndpoints.path, .person(.readStatuses)) { call async throws(ClientError) in
            try await list(call)
        }
        routes.get(ScheduledEndpoints.path + "/:id", .person(.readStatuses)) { call async throws(ClientError) in
            answer(try await one(call))
        }
        routes.on(.put, ScheduledEndpoints.path + "/:id", .person(.writeStatuses)) { call async throws(ClientError) in
            var scheduled = try await one(call)
            guard let due = try ScheduledEndpoints.due(call.parameters) else { return answer(scheduled) }
            scheduled.dueUnixMilliseconds = due
            return try await keep(scheduled)
        }
        routes.delete(ScheduledEndpoints.path + "/:id", .person(.writeStatuses)) { call async throws(ClientError) in
            let id: ScheduledID = try call.id("id")
            try await personal.keep(.scheduledRemoved(owner: try call.person(), id: id))
            return .json(Array("{}".utf8))
        }
    }

    /// When a status is to be published; nil: at once.
    static func due(_ parameters: RequestParameters) throws(ClientError) -> UInt64? {
        guard let text = parameters.text("scheduled_at") else { return nil }
        guard let due = Timestamp.unixMilliseconds(of: text) else {
            throw .validation("Scheduled at is not a date")
        }
        return due
    }

    /// Returns once the status waits on stable storage. The same Idempotency-Key finds the one that waits already.
    func schedule(
        _ posted: PostedStatus, due: UInt64, viewer: Viewer, author: AccountID, key: String?
    ) async throws(ClientError) -> Response {
        let key = key ?? ""
        guard key.utf8.count <= Limits.idempotencyKeyBytes else {
            throw .validation("Idempotency-Key is longer than \(Limits.idempotencyKeyBytes) bytes")
        }
        let parent = try await posting.parent(of: posted, viewer: author)
        let draft = StatusDraft(
            id: StatusID(rawValue: 0), author: author, visibility: posted.visibility, sensitive: posted.sensitive,
            inReplyTo: parent.id, inReplyToAccount: parent.author, text: posted.text, spoiler: posted.spoiler,
            language: posted.language, idempotencyKey: key, application: viewer.application,
            applicationName: viewer.applicationName, trace: ServiceContext.current?.traceID ?? .random())
        return try await keep(
            ScheduledStatus(id: ScheduledID(rawValue: 0), dueUnixMilliseconds: due, draft: draft))
    }

    private func keep(_ scheduled: ScheduledStatus) async throws(ClientError) -> Response {
        guard case .scheduledSet(let kept) = try await personal.keep(.scheduledSet(scheduled)).fact else {
            throw .failure
        }
        return answer(kept)
    }

    private func one(_ call: Call) async throws(ClientError) -> ScheduledStatus {
        let id: ScheduledID = try call.id("id")
        let kept = try await personal.one(.scheduled, id.description, of: try call.person())
        guard case .scheduledSet(let scheduled)? = kept?.fact, scheduled.status == nil else { throw .notFound }
        return scheduled
    }

    /// Pages go by the ids of what waits. What is being published does not wait any more.
    private func list(_ call: Call) async throws(ClientError) -> Response {
        let query = try PageQuery(call.parameters)
        let waiting = try await personal.all(.scheduled, of: try call.person()).compactMap { kept -> ScheduledStatus? in
            guard case .scheduledSet(let scheduled) = kept.fact, scheduled.status == nil else { return nil }
            return scheduled
        }.filter { scheduled in
            scheduled.id.rawValue < query.maxID ?? .max && scheduled.id.rawValue > query.minID ?? query.sinceID ?? 0
        }.sorted { $0.id > $1.id }
        let shown = query.minID == nil ? waiting.prefix(query.limit) : waiting.suffix(query.limit)
        var response = Response.json { json in
            json.beginArray()
            for scheduled in shown { ScheduledEndpoints.write(scheduled, to: &json) }
            json.endArray()
        }
        if let newest = shown.first?.id, let oldest = shown.last?.id {
            response.headers[.link] = LinkHeader.value(
                site: site, path: call.path, parameters: call.parameters, ids: (newest.rawValue, oldest.rawValue))
        }
        return response
    }

    private func answer(_ scheduled: ScheduledStatus) -> Response {
        .json { ScheduledEndpoints.write(scheduled, to: &$0) }
    }

    private static func write(_ scheduled: ScheduledStatus, to json: inout JSONWriter) {
        let draft = scheduled.draft
        json.beginObject()
        json.field("id", id: scheduled.id.rawValue)
        json.field("scheduled_at", Timestamp.dateTime(unixMilliseconds: scheduled.dueUnixMilliseconds))
        json.object("params") { json in
            json.field("text", draft.text)
            json.nullField("poll")
            json.nullField("media_ids")
            json.field("sensitive", draft.sensitive)
            json.field("spoiler_text", draft.spoiler)
            json.field("visibility", draft.visibility.name)
            json.field("in_reply_to_id", id: draft.inReplyTo?.rawValue)
            json.key("language")
            if draft.language.isEmpty { json.null() } else { json.text(draft.language) }
            json.field("application_id", id: draft.application?.rawValue)
            json.nullField("scheduled_at")
            json.key("idempotency")
            if draft.idempotencyKey.isEmpty { json.null() } else { json.text(draft.idempotencyKey) }
            json.field("with_rate_limit", false)
        }
        json.emptyArrayField("media_attachments")
        json.endObject()
    }
}
