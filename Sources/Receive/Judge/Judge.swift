internal import HashRing
internal import Mailbox
internal import SocialGraph
internal import StatuscastModel

/// Decides what becomes of what clients asked for, and renders the record that will lie in every mailbox.
///
/// Pure but for what it remembers: the idempotency keys of each partition, and what hooks note of earlier statuses. The
/// same event gives the same verdict again, as long as the directory and the memory say the same of its author.
struct Judge: Sendable {
    /// A verdict, and what hooks had to do with it.
    struct Judgement: Sendable {
        let verdict: AcceptedEvent
        var actions: [RouteAction] = []
        /// The hook that refused or held it.
        var hook: String?
    }

    let host: String
    let lanes: LaneRule
    private(set) var hooks: ReceiveHooks
    private let makeMemory: @Sendable () -> IdempotencyMemory
    private var memories: [PartitionIndex: IdempotencyMemory] = [:]

    init(
        host: String, lanes: LaneRule, hooks: ReceiveHooks = ReceiveHooks(),
        makeMemory: @escaping @Sendable () -> IdempotencyMemory
    ) {
        self.host = host
        self.lanes = lanes
        self.hooks = hooks
        self.makeMemory = makeMemory
    }

    mutating func judge(
        _ event: ReceiveEvent, of partition: PartitionIndex, knowing directory: AuthorDirectory
    ) -> Judgement {
        switch event {
        case .delete(let delete): return Judgement(verdict: .deleted(delete))
        case .interaction(let interaction):
            return Judgement(verdict: judge(interaction, knowing: directory))
        case .reblog(let reblog): return Judgement(verdict: judge(reblog, knowing: directory))
        case .edit(let edit): return judge(edit, knowing: directory)
        case .post(let draft):
            if let reason = Self.fault(of: draft, knowing: directory) {
                return Judgement(verdict: refusal(of: draft, reason))
            }
            if !draft.idempotencyKey.isEmpty,
                let first = memories[partition, default: makeMemory()].first(of: draft)
            {
                return Judgement(
                    verdict: .refused(
                        RefusedStatus(
                            id: draft.id, author: draft.author, reason: "repeats an idempotency key", aliasOf: first,
                            trace: draft.trace)))
            }
            return judgeByHooks(draft, knowing: directory)
        }
    }

    private mutating func judgeByHooks(_ draft: StatusDraft, knowing directory: AuthorDirectory) -> Judgement {
        let outcome = hooks.decide(on: draft, knowing: directory)
        switch outcome.decision {
        case .refuse(let reason): return Judgement(verdict: refusal(of: draft, reason), hook: outcome.hook)
        case .hold(let reason):
            let held = HeldStatus(status: accept(draft, knowing: directory), reason: reason)
            return Judgement(verdict: .held(held), hook: outcome.hook)
        case .accept(let actions):
            return Judgement(verdict: .accepted(accept(draft, knowing: directory)), actions: actions)
        }
    }

    /// One that an operator had released, and that cannot go out after all, is taken back from its author.
    private func refusal(of draft: StatusDraft, _ reason: String) -> AcceptedEvent {
        .refused(
            RefusedStatus(
                id: draft.id, author: draft.author, reason: reason, wasHeld: draft.isApproved, trace: draft.trace))
    }

    /// Told of the posts with keys in a batch before any of them is judged: of two with one key the lower id is first,
    /// in whatever order the queue hands them over.
    mutating func foresee(
        _ posts: [(partition: PartitionIndex, draft: StatusDraft)], knowing directory: AuthorDirectory
    ) {
        for (partition, draft) in posts.sorted(by: { $0.draft.id < $1.draft.id })
        where Self.fault(of: draft, knowing: directory) == nil {
            _ = memories[partition, default: makeMemory()].first(of: draft)
        }
    }

    /// Takes a partition on, with the keys that its last holder left; throws where those are damaged, and goes without.
    mutating func adopt(_ partition: PartitionIndex, remembered: [UInt8]?) throws(DecodeError) {
        var memory = makeMemory()
        defer { memories[partition] = memory }
        if let remembered { try memory.restore(remembered) }
    }

    /// Gives a partition up. Answers the keys of it, nil where there are none.
    mutating func relinquish(_ partition: PartitionIndex) -> [UInt8]? {
        memories.removeValue(forKey: partition).flatMap { $0.count == 0 ? nil : $0.encoded() }
    }

    /// Why a draft goes nowhere. The front has checked the limits; what gets past it must not stop the pipeline.
    static func fault(of draft: StatusDraft, knowing directory: AuthorDirectory) -> String? {
        if let fault = fault(of: draft.author, knowing: directory) { return fault }
        if draft.text.utf8.count > Limits.statusBytes { return "the text is too long" }
        if draft.spoiler.utf8.count > Limits.spoilerBytes { return "the content warning is too long" }
        if draft.text.utf8.contains(0) || draft.spoiler.utf8.contains(0) { return "the text holds NUL" }
        return nil
    }

    static func fault(of author: AccountID, knowing directory: AuthorDirectory) -> String? {
        let author = directory[author]
        if author?.deleted == true { return "the author's account is deleted" }
        if author?.suspended == true { return "the author is suspended" }
        return nil
    }

    private func accept(_ draft: StatusDraft, knowing directory: AuthorDirectory) -> AcceptedStatus {
        let entities = TextEntities(of: draft.text)
        let mentions = mentions(in: entities, knowing: directory)
        let tags = Array(entities.tags.prefix(Limits.tagsPerStatus))
        let record = StatusRecord(
            id: draft.id.rawValue, author: draft.author, visibility: draft.visibility, sensitive: draft.sensitive,
            spoiler: draft.spoiler, language: draft.language, inReplyTo: draft.inReplyTo,
            inReplyToAccount: draft.inReplyToAccount, mentions: mentions, tags: tags,
            applicationName: draft.applicationName, text: draft.text)
        return AcceptedStatus(
            id: draft.id, author: draft.author, visibility: draft.visibility, inReplyTo: draft.inReplyTo,
            inReplyToAccount: draft.inReplyToAccount, mentions: mentions.map(\.account), tags: tags,
            record: record.rendered(host: host, knowing: directory)[...], lane: lanes.lane(of: directory[draft.author]),
            trace: draft.trace)
    }
}
