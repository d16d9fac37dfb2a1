internal import HashRing
internal import SocialGraph
internal import StatuscastModel

/// What a receive hook wants done with a draft.
enum ReceiveDecision: Sendable, Hashable {
    case accept([RouteAction] = [])
    /// It goes nowhere; the reason is kept in the store.
    case refuse(String)
    /// It waits for an operator, who is told the reason.
    case hold(String)
}

/// Sends a copy of the draft to a topic `route.*`.
struct RouteAction: Sendable, Hashable {
    let topic: String
    /// The name of the hook that wants it.
    let hook: String
}

/// Judges drafts: one idea each. The chain asks every hook, and the strictest answer wins.
///
/// A decision is made from the draft, what is known of accounts, and what the hook remembers of earlier statuses; it
/// changes nothing. The same draft may come again, after others that followed it: then only what has a lower id than
/// the draft may count against it, so that nothing is refused because of its own trace.
protocol ReceiveHook: Sendable {
    /// In reasons, logs and metrics.
    var name: String { get }
    /// Whether new versions of statuses are its business: then it decides by what they say.
    var judgesEdits: Bool { get }

    func decision(on draft: StatusDraft, in context: ReceiveContext) -> ReceiveDecision

    /// Told of every draft that was accepted or held, also of one that comes again. What is kept is bounded.
    mutating func remember(_ draft: StatusDraft, in context: ReceiveContext)
}

extension ReceiveHook {
    var judgesEdits: Bool { false }
    mutating func remember(_ draft: StatusDraft, in context: ReceiveContext) {}
}

/// What hooks may know of a draft beyond its fields, worked out once for all of them.
struct ReceiveContext: Sendable {
    let entities: TextEntities
    /// The accounts that the text names, as far as they exist.
    let mentioned: [AuthorDirectory.Author]
    /// Content warning and text.
    let folded: FoldedText
    let links: [TextLink]
    /// Stands for the text where spaces and case do not matter.
    let fingerprint: UInt64
    /// Those of the mentioned accounts that surely do not follow the author, nor are replied to.
    let strangers: Int

    init(of draft: StatusDraft, knowing directory: AuthorDirectory) {
        entities = TextEntities(of: draft.text)
        mentioned = entities.mentionedNames.compactMap(directory.account(named:)).compactMap { directory[$0] }
        folded = FoldedText(draft.spoiler.isEmpty ? draft.text : draft.spoiler + "\n" + draft.text)
        links = TextLink.all(in: folded)
        fingerprint = StableHash.hash(folded.collapsed)
        // Where no follower of the author lives in an account's partition, that account is no follower.
        let partitions = Set(directory.partitionsOfFollowers(of: draft.author))
        strangers = mentioned.count { account in
            account.id != draft.author && account.id != draft.inReplyToAccount
                && !partitions.contains(directory.partitions.partition(of: account.id))
        }
    }
}
