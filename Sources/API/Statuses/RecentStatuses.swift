internal import StatuscastModel
internal import Synchronization
internal import SystemClock

/// What was posted through this front in the last minutes, so that it can be read by its id before any store has it.
///
/// Bounded by age and count. May be used from anywhere, concurrently.
final class RecentStatuses: Sendable {
    struct Recent: Sendable {
        var draft: StatusDraft
        var mentions: [StatusRecord.Mention]
        var author: Author
        var isDeleted = false
        /// Where it is one; then the draft says only whose it is.
        var reblog: ReblogDraft?
        /// Of what it repeats.
        var originalUsername = ""
    }

    struct Author: Sendable {
        var username: String
        var displayName: String
    }

    private struct State {
        var statuses: [UInt64: Recent] = [:]
        /// What answers a status, in the order in which it came.
        var replies: [StatusID: [StatusID]] = [:]
        /// In the order in which they came.
        var order: [(id: UInt64, milliseconds: UInt64)] = []
        var head = 0
        /// Ids up to this time may have been issued here and are not known any more: by a process before this one, or
        /// pushed out.
        var forgottenThroughUnixMilliseconds = UnixClock.milliseconds()

        mutating func forget(_ reply: StatusID, below parent: StatusID) {
            replies[parent]?.removeAll { $0 == reply }
            if replies[parent]?.isEmpty == true { replies[parent] = nil }
        }
    }

    let tags = RecentTags()
    private let state = Mutex(State())
    private let keepMilliseconds: UInt64
    private let limit: Int
    private let now: @Sendable () -> UInt64

    init(
        limits: APIConfiguration.CacheLimits, now: @escaping @Sendable () -> UInt64 = MonotonicClock.milliseconds
    ) {
        keepMilliseconds = limits.recentMilliseconds
        limit = limits.recentStatuses
        self.now = now
    }

    subscript(_ id: StatusID) -> Recent? { state.withLock { $0.statuses[id.rawValue] } }

    /// Whether a status with this id, though not here now, may have been posted here.
    func mayHaveForgotten(_ id: StatusID) -> Bool {
        state.withLock { id.unixMilliseconds <= $0.forgottenThroughUnixMilliseconds }
    }

    func insert(_ recent: Recent) {
        let now = now()
        state.withLock { state in
            state.statuses[recent.draft.id.rawValue] = recent
            if let parent = recent.draft.inReplyTo { state.replies[parent, default: []].append(recent.draft.id) }
            state.order.append((recent.draft.id.rawValue, now))
            while state.order.count - state.head > limit
                || state.order[state.head].milliseconds + keepMilliseconds < now
            {
                let oldest = state.order[state.head].id
                if let parent = state.statuses.removeValue(forKey: oldest)?.draft.inReplyTo {
                    state.forget(StatusID(rawValue: oldest), below: parent)
                }
                state.forgottenThroughUnixMilliseconds = max(
                    state.forgottenThroughUnixMilliseconds, StatusID(rawValue: oldest).unixMilliseconds)
                state.head += 1
            }
            if state.head > 1024, state.head * 2 > state.order.count {
                state.order.removeFirst(state.head)
                state.head = 0
            }
        }
    }

    /// The oldest first, also those that were deleted.
    func replies(to id: StatusID) -> [StatusID] { state.withLock { $0.replies[id] ?? [] } }

    func markDeleted(_ id: StatusID) { state.withLock { $0.statuses[id.rawValue]?.isDeleted = true } }
}

extension RecentStatuses.Recent {
    /// The fragment as it would be made of the mailbox record.
    func fragment(site: Site) -> Fragment {
        if let reblog { return Self.fragment(of: reblog, by: author, originalUsername, site: site) }
        let record = StatusRecord(
            id: draft.id.rawValue, author: draft.author, visibility: draft.visibility, sensitive: draft.sensitive,
            spoiler: draft.spoiler, language: draft.language, inReplyTo: draft.inReplyTo,
            inReplyToAccount: draft.inReplyToAccount, mentions: mentions, tags: TextEntities(of: draft.text).tags,
            applicationName: draft.applicationName, applicationWebsite: draft.applicationWebsite, text: draft.text)
        return Fragment(
            record, authorUsername: author.username, authorDisplayName: author.displayName, site: site)
    }

    init(reblog: ReblogDraft, author: RecentStatuses.Author, originalUsername: String) {
        draft = StatusDraft(id: reblog.id, author: reblog.author, visibility: reblog.visibility, text: "")
        mentions = []
        self.author = author
        self.reblog = reblog
        self.originalUsername = originalUsername
    }

    private static func fragment(
        of reblog: ReblogDraft, by author: RecentStatuses.Author, _ originalUsername: String, site: Site
    ) -> Fragment {
        var record = reblog.original
        record.reblogged = StatusRecord.Reblogged(
            status: StatusID(rawValue: record.id), author: record.author, username: originalUsername,
            visibility: record.visibility)
        record.id = reblog.id.rawValue
        record.author = reblog.author
        record.visibility = reblog.visibility
        return Fragment(record, authorUsername: author.username, authorDisplayName: author.displayName, site: site)
    }
}
