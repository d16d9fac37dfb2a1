internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf
internal import Synchronization
internal import SystemClock

/// Counts of statuses, and what viewers did to them. Bounded; asked of the store for a page at a time, and kept for
/// seconds. Of a status that is younger than that nothing is asked: it has not had time to be liked by many.
///
/// What a viewer did through this front holds at once, whatever the store says, until it has had time to come there.
/// With the store away what was known last serves on, and where nothing was, nobody did anything. May be used from
/// anywhere, concurrently.
final class ViewerMarks: Sendable {
    /// What a viewer did here.
    struct Act: Sendable {
        var status: UInt64
        var mark: StatusView.Marks
        var isOn: Bool
        /// The event, or the reblog that was made.
        var event: UInt64
        var milliseconds: UInt64
    }

    struct Answer: Sendable {
        var views: [UInt64: StatusView]
        /// Until when they need not be asked for again, on the clock of this process.
        var untilMilliseconds: UInt64
        /// Of what the viewer did here.
        var version: UInt64
    }

    private struct Key: Hashable, Sendable {
        let viewer: AccountID?
        let status: UInt64
    }

    private struct Counted: Sendable {
        let counts: StatusView.Counts
        let askedMilliseconds: UInt64
    }

    private struct Marked: Sendable {
        let own: StatusView.Marks
        let reblog: UInt64
        let askedMilliseconds: UInt64
    }

    private struct Known {
        var counts: BoundedCache<UInt64, Counted>
        var marks: BoundedCache<Key, Marked>

        /// What is known of a status, and until when that is good; 0: nothing, or it is old.
        mutating func view(
            _ id: UInt64, _ viewer: AccountID?, actedMilliseconds acted: UInt64, now: UInt64
        ) -> (view: StatusView, until: UInt64) {
            var view = StatusView()
            let counted = counts.value(id)
            let marked = marks.value(Key(viewer: viewer, status: id))
            view.counts = counted?.counts ?? view.counts
            view.own = marked?.own ?? []
            view.ownReblog = marked?.reblog ?? 0
            guard let counted else { return (view, 0) }
            var until = counted.askedMilliseconds + ViewerMarks.freshMilliseconds
            if viewer != nil {
                guard let asked = marked?.askedMilliseconds else { return (view, 0) }
                // A mute of one status changes others, which the store says once it knows of it.
                let isSettled = asked > acted + ViewerMarks.settlingMilliseconds
                until = min(
                    until, asked + (isSettled ? ViewerMarks.freshMarksMilliseconds : ViewerMarks.freshMilliseconds))
            }
            return (view, until > now ? until : 0)
        }
    }

    private struct Own: Sendable {
        var acts: [Act] = []
        var version: UInt64 = 0
        var actedMilliseconds: UInt64 = 0
    }

    private struct Acts {
        var own: BoundedCache<AccountID, Own>
        var nextVersion: UInt64 = 1
    }

    /// Of counts.
    static let freshMilliseconds: UInt64 = 10_000
    /// Of marks: a viewer makes them, here as a rule.
    static let freshMarksMilliseconds: UInt64 = 60_000
    static let settlingMilliseconds: UInt64 = 2_000
    static let withoutStoreMilliseconds: UInt64 = 2_000
    /// How long an act holds against the store's word.
    static let actMilliseconds: UInt64 = 60_000
    static let actsMax = 100

    private let known: Mutex<Known>
    private let acts: Mutex<Acts>
    private let store: StoreAccess
    private let metrics = CacheMetrics("marks")
    private let now: @Sendable () -> UInt64
    private let unixNow: @Sendable () -> UInt64

    init(
        limit: Int, store: StoreAccess, now: @escaping @Sendable () -> UInt64 = MonotonicClock.milliseconds,
        unixNow: @escaping @Sendable () -> UInt64 = UnixClock.milliseconds
    ) {
        self.store = store
        self.now = now
        self.unixNow = unixNow
        known = Mutex(Known(counts: BoundedCache(limit: limit), marks: BoundedCache(limit: limit)))
        acts = Mutex(Acts(own: BoundedCache(limit: limit)))
    }

    /// Of each status; those that are missing or old are asked for, briefly. `isFresh` asks for all of them.
    func views(of ids: [UInt64], for viewer: AccountID?, isFresh: Bool = false) async -> Answer {
        let now = now()
        let own = own(of: viewer)
        var answer = Answer(views: [:], untilMilliseconds: .max, version: own.version)
        var wanted: [UInt64] = []
        known.withLock { known in
            for id in ids where answer.views[id] == nil {
                let (view, until) = known.view(id, viewer, actedMilliseconds: own.actedMilliseconds, now: now)
                answer.views[id] = view
                let good = isFresh ? 0 : max(until, youth(of: id, now))
                if good == 0 {
                    wanted.append(id)
                } else {
                    answer.untilMilliseconds = min(answer.untilMilliseconds, good)
                }
            }
        }
        if wanted.isEmpty { metrics.hit() } else { metrics.miss() }
        if !wanted.isEmpty { await ask(wanted, viewer, now, &answer) }
        for act in recentActs(of: viewer) { answer.views[act.status]?.take(act) }
        return answer
    }

    private func ask(_ ids: [UInt64], _ viewer: AccountID?, _ asked: UInt64, _ answer: inout Answer) async {
        let query = PeerReactionsQuery.with {
            $0.viewer = viewer?.rawValue ?? 0
            $0.statuses = ids
        }
        let found = await store.askBriefly { (store) throws(PeerError) in try await store.reactions(query) }
        guard let found else {
            answer.untilMilliseconds = min(answer.untilMilliseconds, asked + Self.withoutStoreMilliseconds)
            return
        }
        answer.untilMilliseconds = min(answer.untilMilliseconds, asked + Self.freshMilliseconds)
        for reactions in found { answer.views[reactions.status] = StatusView(reactions) }
        known.withLock { known in
            for reactions in found {
                let view = StatusView(reactions)
                known.counts.insert(Counted(counts: view.counts, askedMilliseconds: asked), for: reactions.status)
                guard viewer != nil else { continue }
                known.marks.insert(
                    Marked(own: view.own, reblog: view.ownReblog, askedMilliseconds: asked),
                    for: Key(viewer: viewer, status: reactions.status))
            }
        }
    }

    /// Until when a status is too young to be asked for; 0: it is old enough.
    private func youth(of id: UInt64, _ now: UInt64) -> UInt64 {
        let grown = StatusID(rawValue: id).unixMilliseconds + Self.freshMilliseconds
        let unix = unixNow()
        return grown > unix ? now + min(grown - unix, Self.freshMilliseconds) : 0
    }

    /// What the viewer did here and the store may not know yet, the last thing for each status and mark.
    func recentActs(of viewer: AccountID?) -> [Act] {
        let now = now()
        return own(of: viewer).acts.filter { now < $0.milliseconds + Self.actMilliseconds }
    }

    /// The event is durable: from now on the viewer sees it so.
    func acted(_ viewer: AccountID, _ status: UInt64, _ mark: StatusView.Marks, isOn: Bool, event: UInt64) {
        let act = Act(status: status, mark: mark, isOn: isOn, event: event, milliseconds: now())
        acts.withLock { acts in
            var own = acts.own.value(viewer) ?? Own()
            own.acts.removeAll { $0.status == status && $0.mark == mark }
            own.acts.append(act)
            if own.acts.count > Self.actsMax { own.acts.removeFirst() }
            own.version = acts.nextVersion
            own.actedMilliseconds = act.milliseconds
            acts.nextVersion += 1
            acts.own.insert(own, for: viewer)
        }
    }

    private func own(of viewer: AccountID?) -> Own {
        guard let viewer else { return Own() }
        return acts.withLock { $0.own.value(viewer) } ?? Own()
    }

    private func version(of viewer: AccountID?) -> UInt64 { own(of: viewer).version }
}

extension ViewerMarks {
    /// Whether a page may be served as it is, without asking anybody.
    func holds(_ page: PageMarks) -> Bool {
        now() < page.untilMilliseconds.load(ordering: .relaxed) && version(of: page.viewer) == page.version
    }

    /// The same, after asking for what is old: a page on which nothing has moved serves on.
    func stillHolds(_ page: PageMarks) async -> Bool {
        guard version(of: page.viewer) == page.version else { return false }
        if holds(page) { return true }
        let answer = await views(of: Array(page.views.keys), for: page.viewer)
        guard answer.version == page.version, answer.views == page.views else { return false }
        page.untilMilliseconds.store(answer.untilMilliseconds, ordering: .relaxed)
        return true
    }
}

/// What stood in the holes of a page's statuses when it was put together.
final class PageMarks: Sendable {
    let viewer: AccountID?
    let version: UInt64
    let views: [UInt64: StatusView]
    fileprivate let untilMilliseconds: Atomic<UInt64>

    /// None: nothing on the page has such holes.
    init(viewer: AccountID? = nil, _ answer: ViewerMarks.Answer? = nil) {
        self.viewer = answer == nil ? nil : viewer
        version = answer?.version ?? 0
        views = answer?.views ?? [:]
        untilMilliseconds = Atomic(answer?.untilMilliseconds ?? .max)
    }
}
