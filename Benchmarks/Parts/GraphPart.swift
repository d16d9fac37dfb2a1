import HashRing
import Measuring
import SocialGraph
import StatuscastModel

/// The follower index of a delivery worker that holds all partitions. One thread.
struct GraphPart {
    let seconds: Double
    private let accounts = 100_000
    private let followersEach = 30
    private let celebrityFollowers = 100_000

    var trials: [Trial] {
        [
            Trial(
                [
                    .init("graph: load \(edges) edges from frames of accounts", "edges/s"),
                    .init("graph: memory once settled", "bytes/edge"),
                    .init("graph: expand authors of \(followersEach) followers", "edges/s"),
                    .init("graph: expand an author of \(celebrityFollowers) followers", "edges/s"),
                    .init("graph: follow and unfollow", "changes/s"),
                ], note: "one core; 32 partitions, all of them here", run: measure)
        ]
    }

    private var edges: Int { (accounts - 1) * followersEach + celebrityFollowers - 1 }

    @Sendable private func measure() async throws -> [Double] {
        let frames = frames()
        var index = FollowerIndex(partitions: .default)
        var watch = Stopwatch()
        for frame in frames {
            let undecodable = index.apply(frame: frame)
            try verify(undecodable.isEmpty, "\(undecodable.count) events do not decode")
        }
        index.settle()
        let load = Double(edges) / watch.seconds
        try verify(index.count == edges, "\(index.count) edges of \(edges)")
        let memory = Double(index.edgeBytes) / Double(edges)

        let authors = (0..<10_000).map { account(1 + $0 * 7919 % (accounts - 1)) }
        let small = try expand(index, authors, expected: followersEach)
        let large = try expand(index, [account(0)], expected: celebrityFollowers - 1)

        watch = Stopwatch()
        var changes = 0
        while watch.seconds < seconds {
            for number in changes..<changes + 1000 {
                let edge = number / 2 % (accounts - 1)
                let (from, to) = (follower(edge, 0), account(edge + 1))
                index.apply(
                    event(
                        edges + number,
                        number % 2 == 0
                            ? .unfollowed(follower: from, followee: to)
                            : .followed(.init(follower: from, followee: to))))
            }
            changes += 1000
        }
        let changing = Double(changes) / watch.seconds
        try verify(index.count == edges, "\(index.count) edges after as many follows as unfollows")
        return [load, memory, small, large, changing]
    }

    private func expand(_ index: FollowerIndex, _ authors: [AccountID], expected: Int) throws -> Double {
        var visited = 0
        var rounds = 0
        let watch = Stopwatch()
        while watch.seconds < seconds / 2 {
            for author in authors {
                for partition in PartitionCount.default.all {
                    index.forEachFollower(of: author, in: partition) { visited += $0.count }
                }
            }
            rounds += 1
        }
        let perSecond = Double(visited) / watch.seconds
        try verify(visited == rounds * authors.count * expected, "\(visited) followers in \(rounds) rounds")
        return perSecond
    }

    /// Account 0 is followed by all others; of the others each has followers at fixed steps around the circle.
    private func frames() -> [[UInt8]] {
        var items: [[UInt8]] = []
        items.reserveCapacity(edges)
        func add(_ follower: AccountID, _ followee: AccountID) {
            items.append(event(items.count, .followed(.init(follower: follower, followee: followee))).encoded())
        }
        for number in 1..<accounts { add(account(number), account(0)) }
        for number in 1..<accounts {
            for step in 0..<followersEach { add(follower(number - 1, step), account(number)) }
        }
        return stride(from: 0, to: items.count, by: 5_000).map {
            ItemBatch.encoded(Array(items[$0..<min($0 + 5_000, items.count)]))
        }
    }

    private func account(_ number: Int) -> AccountID { AccountID(rawValue: SampleStatus.id(number)) }

    /// A different one for each step, never the account itself.
    private func follower(_ number: Int, _ step: Int) -> AccountID {
        account((number + 1 + (step + 1) * 3_301) % accounts)
    }

    private func event(_ number: Int, _ change: AccountEvent.Change) -> AccountEvent {
        // 64 ms apart, two days in all: the index remembers versions of the last hour only.
        AccountEvent(id: EventID(rawValue: SampleStatus.id(accounts + number * 4096)), change: change)
    }
}
