import FaultyFiles
import HashRing
import SocialGraph
import StatuscastModel
import Testing

/// Random facts against plain dictionaries, with a snapshot taken and loaded anywhere among them.
@Suite struct SnapshotModelTests {
    private let partitions = PartitionCount(rawValue: 8)!

    @Test(arguments: 1...12) func itIsWhatTheModelSaysWhereverSnapshotsWereTaken(seed: Int) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: UInt64(seed))
        let history = Self.history(&random)
        let files = FaultyFiles(seed: UInt64(seed))
        let followers = SnapshotDirectory(path: "/f", files: files)
        let authors = SnapshotDirectory(path: "/a", files: files)
        var index = FollowerIndex(partitions: partitions, rememberedMilliseconds: 1_000_000)
        var directory = AuthorDirectory(partitions: partitions)
        var plain = directory
        var model = Model()
        var position = 0
        while position < history.count {
            let events = Array(
                history[position..<min(position + Int.random(in: 1...200, using: &random), history.count)])
            position += events.count
            for event in events {
                model.apply(event)
                plain.apply(event)
            }
            index.apply(events)
            directory.apply(events)
            switch Int.random(in: 0..<12, using: &random) {
            case 0: index.settle()
            case 1, 2:
                let time = UInt64(position)
                _ = try followers.write(index, cursors: [:], unixMilliseconds: time)
                _ = try authors.write(directory, cursors: [:], unixMilliseconds: time)
                let empty = FollowerIndex(partitions: partitions, rememberedMilliseconds: 1_000_000)
                index = try #require(followers.load(empty) { Issue.record("\($0)") }).lookup
                directory = try #require(
                    authors.load(AuthorDirectory(partitions: partitions)) { Issue.record("\($0)") }
                ).lookup
            case 3:
                // What is behind the cursor comes once more.
                let again = history[max(0, position - 300)..<position]
                index.apply(Array(again))
                for event in again { directory.apply(event) }
                for event in again { plain.apply(event) }
            default: break
            }
            model.expect(index)
        }
        for account in 1...200 as ClosedRange<UInt64> {
            let id = AccountID(rawValue: account)
            #expect(directory[id] == plain[id])
            #expect(directory.partitionsOfFollowers(of: id) == plain.partitionsOfFollowers(of: id))
            #expect(directory.account(named: "n\(account)") == plain.account(named: "n\(account)"))
        }
    }

    /// Ten thousand facts: each a millisecond later than the one before; some late, some twice.
    private static func history(_ random: inout SeededRandom) -> [AccountEvent] {
        var history: [AccountEvent] = []
        for step in 1...10_000 as ClosedRange<UInt64> {
            history.append(fact(step << 16, &random))
            if Int.random(in: 0..<5, using: &random) == 0, let old = history.randomElement(using: &random) {
                history.append(old)
            }
            history.swapAt(
                Int.random(in: max(0, history.count - 2_000)..<history.count, using: &random), history.count - 1)
        }
        return history
    }

    private static func fact(_ id: UInt64, _ random: inout SeededRandom) -> AccountEvent {
        let (a, b) = (UInt64.random(in: 1...200, using: &random), UInt64.random(in: 1...9, using: &random))
        switch Int.random(in: 0..<40, using: &random) {
        case 0:
            let lists = Set((0..<30).map { _ in UInt64.random(in: 1...200, using: &random) }).sorted().map { follower in
                (
                    follower: follower,
                    followees: (1...9 as ClosedRange<UInt64>).filter { _ in Bool.random(using: &random) }
                )
            }
            return Facts.imported(id, lists)
        case 1: return Facts.event(id, .accountDeleted(AccountID(rawValue: a)))
        case 2:
            return Facts.event(
                id,
                .standingChanged(
                    .init(account: AccountID(rawValue: b), flag: .silenced, isOn: Bool.random(using: &random))))
        case 3...6:
            return Facts.event(
                id,
                .accountChanged(
                    Account(
                        id: AccountID(rawValue: a), username: "n\(a)", displayName: "\(id)", createdUnixMilliseconds: 1)
                ))
        case 7...22: return Facts.follow(id, a, b)
        default: return Facts.unfollow(id, a, b)
        }
    }
}

/// Who follows whom and who is silenced, by version, as plainly as can be.
private struct Model {
    private struct Edge: Hashable {
        var follower: UInt64
        var followee: UInt64
    }

    private var edges: [Edge: (version: UInt64, following: Bool)] = [:]
    private var silenced: [UInt64: (version: UInt64, isOn: Bool)] = [:]

    mutating func apply(_ event: AccountEvent) {
        let id = event.id.rawValue
        func note(
            _ follower: AccountID, _ followee: AccountID, _ following: Bool,
            _ edges: inout [Edge: (version: UInt64, following: Bool)]
        ) {
            let edge = Edge(follower: follower.rawValue, followee: followee.rawValue)
            if id > edges[edge]?.version ?? 0 { edges[edge] = (id, following) }
        }
        switch event.change {
        case .followed(let follow): note(follow.follower, follow.followee, true, &edges)
        case .unfollowed(let follower, let followee): note(follower, followee, false, &edges)
        case .followsImported(let lists):
            for list in lists { for followee in list.followees { note(list.follower, followee, true, &edges) } }
        case .standingChanged(let change):
            if id > silenced[change.account.rawValue]?.version ?? 0 {
                silenced[change.account.rawValue] = (id, change.isOn)
            }
        default: break
        }
    }

    func expect(_ index: FollowerIndex) {
        #expect(index.count == edges.values.count { $0.following })
        for followee in 1...9 as ClosedRange<UInt64> {
            var found: Set<UInt64> = []
            for partition in index.partitions.all {
                index.forEachFollower(of: AccountID(rawValue: followee), in: partition, chunk: 7) { chunk in
                    for follower in chunk { #expect(found.insert(follower.account.rawValue).inserted) }
                }
            }
            #expect(
                found == Set(edges.filter { $0.key.followee == followee && $0.value.following }.map(\.key.follower)))
            #expect(index.isSilenced(AccountID(rawValue: followee)) == silenced[followee]?.isOn ?? false)
        }
    }
}
