internal import Mailbox
internal import SocialGraph
internal import StatuscastModel

/// What people do with statuses that are there: the front has looked at them and says what they are.
extension Judge {
    func judge(_ interaction: Interaction, knowing directory: AuthorDirectory) -> AcceptedEvent {
        guard let reason = Self.fault(of: interaction.account, knowing: directory) else {
            return .interaction(interaction)
        }
        return refusal(
            of: interaction.event, by: interaction.account,
            "\(interaction.kind) of status \(interaction.status): "
                + reason, interaction.trace)
    }

    /// The original's content goes along, so that no timeline has to look it up.
    func judge(_ reblog: ReblogDraft, knowing directory: AuthorDirectory) -> AcceptedEvent {
        if let reason = Self.fault(of: reblog, knowing: directory) {
            return .refused(
                RefusedStatus(id: reblog.id, author: reblog.author, reason: reason, trace: reblog.trace))
        }
        var record = reblog.original
        let (original, author) = (StatusID(rawValue: record.id), record.author)
        record.reblogged = StatusRecord.Reblogged(
            status: original, author: author, username: directory[author]?.username ?? "account-\(author)",
            visibility: record.visibility)
        record.id = reblog.id.rawValue
        record.author = reblog.author
        record.visibility = reblog.visibility
        return .accepted(
            AcceptedStatus(
                id: reblog.id, author: reblog.author, visibility: reblog.visibility, inReplyTo: nil,
                inReplyToAccount: nil, mentions: [], tags: [],
                record: record.rendered(host: host, knowing: directory)[...],
                lane: lanes.lane(of: directory[reblog.author]), trace: reblog.trace, reblogOf: original,
                reblogOfAccount: author))
    }

    private static func fault(of reblog: ReblogDraft, knowing directory: AuthorDirectory) -> String? {
        if let fault = fault(of: reblog.author, knowing: directory) { return fault }
        let original = reblog.original
        if original.kind != .status || original.reblogged != nil { return "what it reblogs is no original status" }
        if let fault = fault(of: original.author, knowing: directory) { return "of the original: \(fault)" }
        switch original.visibility {
        case .public, .unlisted: return reblog.visibility == .direct ? "a reblog cannot be direct" : nil
        case .private where original.author == reblog.author && reblog.visibility == .private: return nil
        case .private, .direct: return "what it reblogs is not for everybody"
        }
    }

    /// Whom it mentions and what tags it has is found anew; the rest is as in the first version.
    func judge(_ edit: StatusEdit, knowing directory: AuthorDirectory) -> Judgement {
        let written = edit.record
        func refused(_ reason: String) -> AcceptedEvent {
            refusal(of: edit.event, by: written.author, "edit of status \(written.id): \(reason)", edit.trace)
        }
        let draft = StatusDraft(
            id: StatusID(rawValue: written.id), author: written.author, visibility: written.visibility,
            inReplyTo: written.inReplyTo, inReplyToAccount: written.inReplyToAccount, text: written.text,
            spoiler: written.spoiler, trace: edit.trace)
        if let reason = Self.fault(of: draft, knowing: directory) {
            return Judgement(verdict: refused(reason))
        }
        let outcome = hooks.decide(onEdit: draft, knowing: directory)
        if case .refuse(let reason) = outcome.decision {
            return Judgement(verdict: refused(reason), hook: outcome.hook)
        }
        var record = written
        let entities = TextEntities(of: written.text)
        record.mentions = mentions(in: entities, knowing: directory)
        record.tags = Array(entities.tags.prefix(Limits.tagsPerStatus))
        record.kind = .edit
        record.id = edit.event.rawValue
        record.editOf = draft.id
        record.editedUnixMilliseconds = edit.event.unixMilliseconds
        return Judgement(
            verdict: .edited(
                EditedStatus(
                    event: edit.event, status: draft.id, author: record.author,
                    record: record.rendered(host: host, knowing: directory)[...], trace: edit.trace)))
    }

    /// Under the id of the event: the status itself stays as it was.
    private func refusal(
        of event: EventID, by author: AccountID, _ reason: String, _ trace: TraceID?
    ) -> AcceptedEvent {
        .refused(RefusedStatus(id: StatusID(rawValue: event.rawValue), author: author, reason: reason, trace: trace))
    }

    func mentions(in entities: TextEntities, knowing directory: AuthorDirectory) -> [StatusRecord.Mention] {
        entities.mentionedNames.compactMap(directory.account(named:)).compactMap { directory[$0] }
            .prefix(Limits.mentionsPerStatus).map { StatusRecord.Mention(account: $0.id, username: $0.username) }
    }
}
