import HashRing
import SocialGraph
import StatuscastModel
import Testing

@Suite struct AuthorDirectoryTests {
    private let partitions = PartitionCount(rawValue: 128)!
    private let ada = AccountID(rawValue: 1_001)

    private func changed(_ event: UInt64, _ id: AccountID, _ name: String, suspended: Bool = false) -> AccountEvent {
        AccountEvent(
            id: EventID(rawValue: event),
            change: .accountChanged(
                Account(id: id, username: name, displayName: name, suspended: suspended, createdUnixMilliseconds: 1)))
    }

    private func follow(_ event: UInt64, _ follower: UInt64) -> AccountEvent {
        AccountEvent(
            id: EventID(rawValue: event),
            change: .followed(.init(follower: AccountID(rawValue: follower), followee: ada)))
    }

    private func decided(_ event: UInt64, _ flag: Standing.Flag, _ isOn: Bool) -> AccountEvent {
        AccountEvent(
            id: EventID(rawValue: event),
            change: .standingChanged(Standing.Change(account: ada, flag: flag, isOn: isOn)))
    }

    @Test func aDecisionHoldsInWhateverOrderAndAgainstTheProfile() {
        let history = [
            changed(1, ada, "Ada"), decided(2, .suspended, true), decided(3, .silenced, true),
            decided(4, .silenced, false), decided(5, .priority, true), changed(6, ada, "Countess"),
        ]
        for order in [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [3, 2, 5, 0, 4, 1, 2]] {
            var directory = AuthorDirectory(partitions: partitions)
            for position in order { directory.apply(history[position]) }
            let author = directory[ada]
            #expect(author?.suspended == true && author?.silenced == false && author?.priority == true)
            #expect(author?.deleted == false)
            directory.apply(AccountEvent(id: EventID(rawValue: 9), change: .accountDeleted(ada)))
            #expect(directory[ada]?.deleted == true)
        }
    }

    @Test func theNewestVersionOfAnAccountHoldsInWhateverOrder() {
        let history = [
            changed(1, ada, "Ada"), changed(2, ada, "Countess", suspended: true), changed(3, ada, "Lovelace"),
        ]
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0, 1]] {
            var directory = AuthorDirectory(partitions: partitions)
            for position in order { directory.apply(history[position]) }
            #expect(directory[ada]?.username == "Lovelace")
            #expect(directory[ada]?.suspended == false)
            #expect(directory.account(named: "LOVELACE") == ada)
            #expect(directory.account(named: "ada") == nil)
            #expect(directory.account(named: "countess") == nil)
            #expect(directory.accountCount == 1)
        }
    }

    @Test func aNameThatMovedBelongsToTheLaterClaim() {
        let bob = AccountID(rawValue: 1_002)
        for order in [[0, 1, 2], [2, 1, 0], [2, 0, 1]] {
            let history = [changed(1, ada, "star"), changed(2, ada, "ada"), changed(3, bob, "star")]
            var directory = AuthorDirectory(partitions: partitions)
            for position in order { directory.apply(history[position]) }
            #expect(directory.account(named: "star") == bob)
            #expect(directory.account(named: "ada") == ada)
        }
    }

    @Test func followersAreCountedOnceAndTheirPartitionsOnlyGrow() {
        var directory = AuthorDirectory(partitions: partitions)
        for follower in 1...50 { directory.apply(follow(UInt64(follower), UInt64(follower))) }
        for follower in 1...50 { directory.apply(follow(UInt64(follower), UInt64(follower))) }
        #expect(directory[ada] == nil, "its creation has not been seen")
        directory.apply(changed(100, ada, "ada"))
        #expect(directory[ada]?.followers == 50)
        let expected = Set((1...50).map { partitions.partition(of: AccountID(rawValue: $0)) }).sorted()
        #expect(directory.partitionsOfFollowers(of: ada) == expected)
        for follower in 1...50 {
            directory.apply(
                AccountEvent(
                    id: EventID(rawValue: UInt64(200 + follower)),
                    change: .unfollowed(follower: AccountID(rawValue: UInt64(follower)), followee: ada)))
        }
        #expect(directory[ada]?.followers == 0)
        #expect(directory.partitionsOfFollowers(of: ada) == expected)
        #expect(directory.partitionsOfFollowers(of: AccountID(rawValue: 5)).isEmpty)
    }

    @Test func whatDoesNotDecodeIsAnsweredAndTheRestApplied() {
        var directory = AuthorDirectory(partitions: partitions)
        let undecodable = directory.apply(
            frame: ItemBatch.encoded([changed(1, ada, "ada").encoded(), [9, 9], follow(2, 7).encoded()]))
        #expect(undecodable.map(\.index) == [1])
        #expect(undecodable.first?.bytes == [9, 9])
        #expect(directory[ada]?.followers == 1)
        #expect(directory.apply(frame: [1, 2, 3]).count == 1)
    }
}
