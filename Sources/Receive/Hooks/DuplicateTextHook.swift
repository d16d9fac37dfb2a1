internal import StatuscastModel

/// Refuses what an author has just said: the same text to the same people, to the same status where it is a reply.
struct DuplicateTextHook: ReceiveHook {
    private struct Said: Hashable {
        let author: AccountID
        let inReplyTo: StatusID?
        let visibility: Visibility
        let fingerprint: UInt64
    }

    let name = "duplicate"
    private let milliseconds: UInt64
    /// The status that said it last.
    private var said: RecentTable<Said, StatusID>

    init(milliseconds: UInt64, countMax: Int) {
        self.milliseconds = milliseconds
        said = RecentTable(milliseconds: milliseconds, countMax: countMax)
    }

    func decision(on draft: StatusDraft, in context: ReceiveContext) -> ReceiveDecision {
        guard let earlier = said[key(draft, context)], earlier < draft.id,
            draft.id.unixMilliseconds - earlier.unixMilliseconds < milliseconds
        else { return .accept() }
        return .refuse("the same text as status \(earlier)")
    }

    mutating func remember(_ draft: StatusDraft, in context: ReceiveContext) {
        let key = key(draft, context)
        if let known = said[key], known >= draft.id { return }
        said.set(draft.id, for: key, at: draft.id.unixMilliseconds)
    }

    private func key(_ draft: StatusDraft, _ context: ReceiveContext) -> Said {
        Said(
            author: draft.author, inReplyTo: draft.inReplyTo, visibility: draft.visibility,
            fingerprint: context.fingerprint)
    }
}
