import HashRing
import SocialGraph
import StatuscastModel
import Testing

@Suite struct FollowerIndexTests {
    private let partitions = PartitionCount(rawValue: 4)!

    private func event(_ id: UInt64, _ change: AccountEvent.Change) -> AccountEvent {
        AccountEvent(id: EventID(rawValue: id), change: change)
    }

    private func follow(_ id: UInt64, _ follower: UInt64, _ followee: UInt64) -> AccountEvent {
        event(id, .followed(.init(follower: AccountID(rawValue: follower), followee: AccountID(rawValue: followee))))
    }

    private func unfollow(_ id: UInt64, _ follower: UInt64, _ followee: UInt64) -> AccountEvent {
        event(id, .unfollowed(follower: AccountID(rawValue: follower), followee: AccountID(rawValue: followee)))
    }

    private func followers(_ index: FollowerIndex, of followee: UInt64) -> Set<UInt64> {
        var found: Set<UInt64> = []
        for partition in index.partitions.all {
            index.forEachFollower(of: AccountID(rawValue: followee), in: partition) { chunk in
                for follower in chunk {
                    #expect(index.partitions.partition(of: follower.account) == partition)
                    #expect(found.insert(follower.account.rawValue).inserted)
                }
            }
        }
        return found
    }

    @Test func itKnowsWhoFollowsWhomAndWhoIsSilenced() {
        var index = FollowerIndex(partitions: PartitionCount(rawValue: 8)!)
        let (ada, bob, eve) = (AccountID(rawValue: 1), AccountID(rawValue: 2), AccountID(rawValue: 3))
        func apply(_ event: UInt64, _ change: AccountEvent.Change) {
            index.apply(AccountEvent(id: EventID(rawValue: event), change: change))
        }
        apply(1, .followed(.init(follower: bob, followee: ada)))
        #expect(index.follows(bob, ada) && !index.follows(ada, bob) && !index.follows(eve, ada))
        index.settle()
        #expect(index.follows(bob, ada) && !index.follows(eve, ada))
        apply(2, .unfollowed(follower: bob, followee: ada))
        #expect(!index.follows(bob, ada))
        #expect(!index.isSilenced(ada))
        apply(4, .standingChanged(.init(account: ada, flag: .silenced, isOn: true)))
        apply(3, .standingChanged(.init(account: ada, flag: .silenced, isOn: false)))
        #expect(index.isSilenced(ada) && !index.isSilenced(bob))
    }

    @Test func oldVersionsAreForgottenInPartsAndWhoFollowsStays() {
        let hour: UInt64 = 3_600_000 << 16
        var index = FollowerIndex(partitions: partitions)
        for follower in 2...400 as ClosedRange<UInt64> { index.apply(follow(hour + follower, follower, 1)) }
        let unsettled = index
        for part in 0..<index.forgettingParts { index.forget(part: part) }
        #expect(index.edgeBytes == unsettled.edgeBytes, "nothing is forgotten before everything is applied")
        index.settle()
        let remembering = index.edgeBytes
        index.apply(follow(3 * hour, 401, 1))
        for part in 0..<index.forgettingParts { index.forget(part: part) }
        #expect(index.edgeBytes < remembering / 2, "\(index.edgeBytes) of \(remembering) bytes")
        #expect(followers(index, of: 1) == Set(2...401))
        index.apply(unfollow(3 * hour + 1, 2, 1))
        index.apply(follow(3 * hour, 2, 1))
        #expect(followers(index, of: 1) == Set(3...401), "what is young is remembered")
    }

    @Test func theHighestVersionWinsInWhateverOrderEventsCome() {
        let history = [follow(10, 1, 2), unfollow(20, 1, 2), follow(30, 1, 2), unfollow(40, 1, 2)]
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [3, 0, 2, 1, 0, 3], [1, 3, 0, 2]] {
            var index = FollowerIndex(partitions: partitions)
            for position in order { index.apply(history[position]) }
            #expect(followers(index, of: 2).isEmpty)
            #expect(index.count == 0)
            index.apply(follow(50, 1, 2))
            #expect(followers(index, of: 2) == [1])
            #expect(index.count == 1)
        }
    }

    /// First lists, repeated ones and single events, over rows that are folded in between, against a plain set.
    @Test func importedListsAreEventsLikeOthers() {
        var index = FollowerIndex(partitions: partitions)
        var expected: [UInt64: Set<UInt64>] = [:]
        var random = SeededRandom(seed: 7)
        for number in 1...600 as ClosedRange<UInt64> {
            let id = number << 16
            let follower = UInt64.random(in: 1...40, using: &random)
            if number % 3 == 0 {
                let followee = UInt64.random(in: 41...60, using: &random)
                index.apply(unfollow(id, follower, followee))
                expected[followee]?.remove(follower)
            } else {
                let followees = Set((0..<8).map { _ in UInt64.random(in: 41...60, using: &random) }).sorted()
                let list = AccountEvent.ImportedFollows(
                    follower: AccountID(rawValue: follower), followees: followees.map(AccountID.init(rawValue:)))
                index.apply(event(id, .followsImported([list])))
                for followee in followees { expected[followee, default: []].insert(follower) }
            }
            if number % 50 == 0 { index.settle() }
        }
        for (followee, wanted) in expected { #expect(followers(index, of: followee) == wanted) }
        #expect(index.count == expected.values.reduce(0) { $0 + $1.count })
    }

    @Test func afterSettlingRecentVersionsStillWin() {
        var index = FollowerIndex(partitions: partitions, rememberedMilliseconds: 1_000)
        index.apply(follow(5_000 << 16, 1, 2))
        index.apply(unfollow(5_500 << 16, 3, 2))
        index.settle()
        index.apply(unfollow(4_900 << 16, 1, 2))
        index.apply(follow(5_400 << 16, 3, 2))
        #expect(followers(index, of: 2) == [1])
    }

    @Test func onlyFollowersOfKeptPartitionsAreHeld() {
        let kept = PartitionIndex(rawValue: 1)
        var index = FollowerIndex(partitions: partitions) { $0 == kept }
        for follower in 1...100 { index.apply(follow(UInt64(follower), UInt64(follower), 500)) }
        let expected = Set(
            (1...100).map(UInt64.init).filter { partitions.partition(of: AccountID(rawValue: $0)) == kept })
        #expect(followers(index, of: 500) == expected)
        #expect(index.count == expected.count)
    }

    @Test func aLargeRowComesInChunksAndCanBeResumed() {
        let partitions = PartitionCount(rawValue: 2)!
        var index = FollowerIndex(partitions: partitions)
        for follower in 1...20_000 { index.apply(follow(UInt64(follower), UInt64(follower), 99_999)) }
        index.settle()
        var total = 0
        for partition in partitions.all {
            var numbers: [UInt32] = []
            index.forEachFollower(of: AccountID(rawValue: 99_999), in: partition, chunk: 777) { chunk in
                #expect(chunk.count <= 777)
                numbers += chunk.map(\.number)
            }
            #expect(zip(numbers, numbers.dropFirst()).allSatisfy(<))
            total += numbers.count
            var page: [FollowerIndex.Follower] = []
            let next = index.followers(
                of: AccountID(rawValue: 99_999), in: partition, from: numbers[5_000], limit: 3, into: &page)
            #expect(page.map(\.number) == Array(numbers[5_000..<5_003]))
            #expect(next == numbers[5_003])
        }
        #expect(total == 20_000)
    }

    @Test func anAccountThatNobodyFollowsHasNoFollowers() {
        var buffer = [FollowerIndex.Follower(account: AccountID(rawValue: 1), number: 0)]
        let index = FollowerIndex(partitions: partitions)
        let next = index.followers(
            of: AccountID(rawValue: 1), in: PartitionIndex(rawValue: 0), into: &buffer)
        #expect(next == nil)
        #expect(buffer.isEmpty)
    }

    @Test(arguments: [1, 2, 3, 4]) func aRandomHistoryEndsAsTheNaiveModelSays(seed: UInt64) {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        var model: [Edge: (version: UInt64, following: Bool)] = [:]
        var index = FollowerIndex(partitions: partitions)
        var history: [AccountEvent] = []
        for step in 1...12_000 {
            let edge = Edge(
                follower: .random(in: 1...150, using: &random), followee: .random(in: 1...12, using: &random))
            let id = UInt64(step) << 16
            history.append(
                Bool.random(using: &random)
                    ? follow(id, edge.follower, edge.followee) : unfollow(id, edge.follower, edge.followee))
            // Some now, some much later, some twice.
            if Int.random(in: 0..<4, using: &random) == 0 { history.append(history.randomElement(using: &random)!) }
            let other = Int.random(in: max(0, history.count - 3_000)..<history.count, using: &random)
            history.swapAt(other, history.count - 1)
        }
        let settleAt = history.count / 2
        for (position, event) in history.enumerated() {
            if position == settleAt { index.settle() }
            index.apply(event)
            switch event.change {
            case .followed(let follow): model.note(follow.follower, follow.followee, event.id, true)
            case .unfollowed(let follower, let followee): model.note(follower, followee, event.id, false)
            default: break
            }
        }
        #expect(index.count == model.values.count { $0.following })
        for followee in 1...12 {
            let expected = Set(
                model.filter { $0.key.followee == UInt64(followee) && $0.value.following }.map(\.key.follower))
            #expect(followers(index, of: UInt64(followee)) == expected)
        }
    }

    @Test func anEdgeTakesFewBytes() {
        let edges = 300_000
        var random = SeededRandom(seed: 7)
        var index = FollowerIndex(partitions: .default)
        for step in 1...edges {
            let followee = UInt64.random(in: 1...3_000, using: &random)
            index.apply(follow(UInt64(step) << 16, .random(in: 1...30_000, using: &random), followee))
        }
        let unsettled = Double(index.edgeBytes) / Double(index.count)
        index.apply(follow(UInt64(edges + 10_000_000) << 16, 1, 2))
        index.settle()
        let settled = Double(index.edgeBytes) / Double(index.count)
        print("follower index: \(index.count) edges, \(unsettled) bytes an edge before settling, \(settled) after")
        #expect(settled < 6)
    }
}

private struct Edge: Hashable {
    let follower: UInt64
    let followee: UInt64
}

extension [Edge: (version: UInt64, following: Bool)] {
    fileprivate mutating func note(_ follower: AccountID, _ followee: AccountID, _ id: EventID, _ following: Bool) {
        let edge = Edge(follower: follower.rawValue, followee: followee.rawValue)
        if id.rawValue > self[edge]?.version ?? 0 { self[edge] = (id.rawValue, following) }
    }
}
