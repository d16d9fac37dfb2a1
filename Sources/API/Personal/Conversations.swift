internal import StatuscastModel

/// Direct statuses by the thread that they belong to, as one of those in it sees them.
///
/// They are found where they were delivered: one's own in the outbox, others' in the notifications. Only the newest are
/// looked at, so what is older than these is no conversation any more.
struct Conversations: Sendable {
    /// Of each of the two mailboxes.
    static let statusesMax = 200
    /// So many statuses that stand in neither are asked for, to find out where threads begin.
    static let lookupsMax = 40

    let timelines: Timelines
    let lookup: StatusLookup
    let personal: PersonalFacts

    struct Conversation: Sendable {
        /// The status that it began with, or as far as that is known.
        var id: StatusID
        var last: Fragment
        /// Everybody in it but its viewer, whoever wrote last first.
        var accounts: [AccountID]
        var isUnread: Bool
    }

    /// By their last statuses, the newest first.
    func all(
        of viewer: AccountID, _ call: Call
    ) async throws(ClientError) -> (conversations: [Conversation], found: Timelines.Gathered) {
        let found = try await timelines.gathered(
            [.outbox(viewer), .notifications(viewer)], PageQuery(limit: Conversations.statusesMax), call, .thread
        ) { fragment in
            fragment.record.kind == .status && fragment.record.visibility == .direct
                && (fragment.author == viewer || fragment.mentions(viewer))
        }
        guard !found.fragments.isEmpty else { return ([], found) }
        var states: [StatusID: ConversationState] = [:]
        for kept in try await personal.all(.conversations, of: viewer) {
            if case .conversationState(let state) = kept.fact { states[state.conversation] = state }
        }
        let roots = await roots(of: found.fragments)
        var byRoot: [StatusID: [Fragment]] = [:]
        for fragment in found.fragments {
            let root = roots[fragment.id] ?? StatusID(rawValue: fragment.id)
            if fragment.id > states[root]?.hidden ?? 0 { byRoot[root, default: []].append(fragment) }
        }
        let conversations = byRoot.compactMap { root, fragments in
            conversation(root, fragments, states[root], of: viewer)
        }
        return (conversations.sorted { $0.last.id > $1.last.id }, found)
    }

    private func conversation(
        _ root: StatusID, _ fragments: [Fragment], _ state: ConversationState?, of viewer: AccountID
    ) -> Conversation? {
        guard let last = fragments.first else { return nil }
        var accounts: [AccountID] = []
        for account in fragments.flatMap({ [$0.author] + $0.record.mentions.map(\.account) })
        where account != viewer && !accounts.contains(account) { accounts.append(account) }
        return Conversation(
            id: root, last: last, accounts: accounts,
            isUnread: last.author != viewer && last.id > state?.read ?? 0)
    }

    /// Up the replies, as far as they can be found.
    private func roots(of fragments: [Fragment]) async -> [UInt64: StatusID] {
        var parents: [StatusID: StatusID?] = [:]
        for fragment in fragments { parents[StatusID(rawValue: fragment.id)] = fragment.record.inReplyTo }
        var lookups = 0
        var roots: [UInt64: StatusID] = [:]
        // The oldest first: who answers them finds their parents known.
        for fragment in fragments.reversed() {
            var root = StatusID(rawValue: fragment.id)
            while let parent = parents[root] ?? nil {
                root = parent
                guard parents[parent] == nil, lookups < Conversations.lookupsMax else { continue }
                lookups += 1
                guard case .found(let above, _) = await lookup.findAny(parent) else { break }
                parents[parent] = .some(above.record.inReplyTo)
            }
            roots[fragment.id] = root
        }
        return roots
    }
}
