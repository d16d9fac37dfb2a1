internal import Instrumentation
internal import Logging
internal import Peers
internal import StatuscastModel
internal import SystemClock
internal import Traces

/// Passing a status on to one's followers, and taking that back.
struct Reblogging: Sendable {
    let acting: StatusActing
    let posting: StatusPosting
    /// Whoever asks twice at once waits for the first.
    let underWay: IdempotencyKeys
    let limiter: RateLimiter
    /// How long a status may be known to fronts alone.
    let recentMilliseconds: UInt64
    let site: Site

    /// The reblog, or the one that the person has made before. Durable when it returns.
    func reblog(
        _ original: Fragment, by viewer: Viewer, _ visibility: Visibility?
    ) async throws(ClientError) -> Fragment {
        let person = viewer.account ?? original.author
        let visibility = try allowed(visibility, of: original, by: person)
        let claim = IdempotencyKeys.Key(account: person, key: String(original.id))
        _ = await underWay.claim(claim)
        defer { underWay.failed(claim) }
        if let earlier = await earlier(of: original, by: person) { return earlier }
        try await waitForVerdict(on: original)
        let id = StatusID(rawValue: try await acting.nextEvent(after: StatusID(rawValue: original.id)).rawValue)
        let trace = ServiceContext.current?.traceID ?? .random()
        let draft = ReblogDraft(
            id: id, author: person, visibility: visibility, original: original.record, trace: trace)
        try await acting.door.append(.reblog(draft))
        acting.logger.debug("reblog taken", metadata: .about(trace, status: id))
        acting.marks.acted(person, original.id, .reblogged, isOn: true, event: id.rawValue)
        let recent = RecentStatuses.Recent(
            reblog: draft, author: .init(username: viewer.username, displayName: viewer.displayName),
            originalUsername: original.authorUsername)
        acting.recents.insert(recent)
        return recent.fragment(site: site)
    }

    /// Nothing where there is none.
    func unreblog(_ original: Fragment, by person: AccountID) async throws(ClientError) {
        let answer = await acting.marks.views(of: [original.id], for: person, isFresh: true)
        guard let view = answer.views[original.id], view.ownReblog != 0 else { return }
        try limiter.delete(account: person)
        let reblog = StatusID(rawValue: view.ownReblog)
        try await posting.delete(reblog, askedForAs: reblog, author: person)
        acting.marks.acted(person, original.id, .reblogged, isOn: false, event: view.ownReblog)
    }

    /// What was posted a moment ago may yet be refused or wait for an operator: it is not passed on before the store
    /// knows what was decided.
    private func waitForVerdict(on original: Fragment) async throws(ClientError) {
        let id = StatusID(rawValue: original.id)
        guard id.unixMilliseconds + recentMilliseconds > UnixClock.milliseconds() else { return }
        var backoff = Backoff(longestMilliseconds: 400)
        let deadline = MonotonicClock.milliseconds() + Self.verdictMilliseconds
        while MonotonicClock.milliseconds() < deadline {
            let stored = try await acting.store.askFor { (store) throws(PeerError) in
                try await store.statuses(ids: [id])
            }
            if let verdict = stored.first {
                if verdict.deleted || !verdict.refusedReason.isEmpty { throw .notFound }
                if verdict.held { throw .notAllowed }
                return
            }
            try? await Task.sleep(for: .milliseconds(backoff.nextMilliseconds()))
        }
        throw .unavailable("This was posted a moment ago and cannot be passed on yet; try again in a moment")
    }

    private static let verdictMilliseconds: UInt64 = 3_000

    private func earlier(of original: Fragment, by person: AccountID) async -> Fragment? {
        let answer = await acting.marks.views(of: [original.id], for: person, isFresh: true)
        guard let view = answer.views[original.id], view.ownReblog != 0,
            case .found(let fragment, _) = await acting.lookup.find(StatusID(rawValue: view.ownReblog))
        else { return nil }
        return fragment
    }

    /// What is for everybody may be passed on, and what is for one's own followers to those.
    private func allowed(
        _ visibility: Visibility?, of original: Fragment, by person: AccountID
    ) throws(ClientError) -> Visibility {
        if visibility == .direct { throw .validation("Visibility is not included in the list") }
        switch original.record.visibility {
        case .public, .unlisted: return visibility ?? .public
        case .private where original.author == person: return .private
        case .private, .direct: throw .notAllowed
        }
    }
}
