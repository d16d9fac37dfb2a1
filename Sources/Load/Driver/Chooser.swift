internal import World

/// Who does what to whom: the world's own habits. Pure, and the same for the same seed and answers.
struct Chooser {
    /// A follow that was acknowledged, or is on its way.
    struct Pair: Hashable {
        var follower: Int
        var followee: Int
    }

    private let mix: ActionMix
    private let authors: WeightedAccounts
    private let accounts: Int
    private var random: SeededGenerator
    /// Statuses that were acknowledged.
    private var statuses = RecentThings<Posted>()
    private var settled = SettledStatuses()
    private var follows = RecentThings<Pair>()
    /// About whom a request is under way: a second one would only blur what is right.
    private var busy: Set<Pair> = []
    /// Statuses with replies or reblogs under way, and how many: one that was deleted meanwhile would rightly refuse them.
    private var answered: [UInt64: Int] = [:]
    private var numbers: UInt64 = 0

    init(_ plan: LoadPlan, _ cast: LoadCast) {
        mix = plan.mix
        authors = WeightedAccounts(weights: cast.activity)
        accounts = cast.ids.count
        // Between those of a probe everything stays as it is: its status has to arrive.
        busy = Set(cast.pairs.map { Pair(follower: $0.reader, followee: $0.author) })
        random = SeededGenerator(seed: plan.seed, .load)
    }

    /// Nil where there is nothing to do it to yet: nothing to delete, nobody to unfollow.
    mutating func next(due: UInt64) -> Action? {
        let kind = mix.draw(&random)
        switch kind {
        case .post, .look:
            var action = post(by: authors.draw(&random), due: due)
            if random.uniform() < mix.replies, let parent = statuses.any(&random) {
                (action.status, action.other) = (parent.status, parent.author)
                answered[parent.status, default: 0] += 1
            }
            return action
        case .reblog:
            guard let original = settled.any(&random, now: due) else { return nil }
            answered[original.status, default: 0] += 1
            return Action(
                kind: .reblog, due: due, account: authors.draw(&random), status: original.status,
                other: original.author, number: original.number)
        case .read: return Action(kind: .read, due: due, account: random.index(below: accounts))
        case .delete:
            guard let posted = statuses.take(&random) else { return nil }
            guard answered[posted.status] == nil else {
                statuses.add(posted)
                return nil
            }
            if mix.reblogs > 0 { settled.deleted(posted.status) }
            return Action(kind: .delete, due: due, account: posted.author, status: posted.status)
        case .follow:
            let pair = Pair(follower: random.index(below: accounts), followee: authors.draw(&random))
            guard pair.follower != pair.followee, busy.insert(pair).inserted else { return nil }
            return Action(kind: .follow, due: due, account: pair.follower, other: pair.followee)
        case .unfollow:
            guard let pair = follows.take(&random), busy.insert(pair).inserted else { return nil }
            return Action(kind: .unfollow, due: due, account: pair.follower, other: pair.followee)
        }
    }

    mutating func post(by author: Int, due: UInt64) -> Action {
        numbers += 1
        return Action(kind: .post, due: due, account: author, number: numbers)
    }

    /// `now` is monotonic, in nanoseconds.
    mutating func ended(_ action: Action, status: UInt64?, isAcknowledged: Bool, now: UInt64) {
        switch action.kind {
        case .post:
            // A probe's must not be deleted before it is seen.
            if let status, isAcknowledged, action.probe == nil {
                let posted = Posted(status: status, author: action.account, number: action.number)
                statuses.add(posted)
                if mix.reblogs > 0 { settled.add(posted, now: now) }
            }
            isAnswered(action.status)
        case .reblog: isAnswered(action.status)
        case .follow, .unfollow:
            let pair = Pair(follower: action.account, followee: action.other)
            busy.remove(pair)
            if action.kind == .follow, isAcknowledged { follows.add(pair) }
        case .delete, .read, .look: break
        }
    }

    private mutating func isAnswered(_ status: UInt64) {
        if let left = answered[status] { answered[status] = left > 1 ? left - 1 : nil }
    }
}
