import HashRing
import Mailbox
import SocialGraph
import StatuscastModel
import Testing

@testable import Receive

@Suite struct SpreadPlannerTests {
    private let planner = SpreadPlanner(partitions: World.partitions, host: "example.org", bulkFollowersAbove: 3)
    private static let fans = (1...3).map { AccountID(rawValue: 2_000 + UInt64($0)) }

    private func status(_ author: AccountID, _ visibility: Visibility) -> AcceptedStatus {
        AcceptedStatus(
            id: World.status(7), author: author, visibility: visibility, inReplyTo: nil, inReplyToAccount: nil,
            mentions: [World.bob, author], tags: ["swift"], record: [1, 2, 3])
    }

    private func follows(_ followee: AccountID, by fans: [AccountID]) -> [AccountEvent] {
        fans.enumerated().map { World.follow(100 + UInt64($0.offset), $0.element, followee) }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let visibility: Visibility
        let addresses: Set<Address>
        let reachesFollowers: Bool
        var testDescription: String { visibility.name }
    }

    private static let own: Set<Address> = [.home(World.ada), .outbox(World.ada), .notifications(World.bob)]

    static let cases = [
        Case(visibility: .public, addresses: own.union([.public, .tag("swift")]), reachesFollowers: true),
        Case(visibility: .unlisted, addresses: own, reachesFollowers: true),
        Case(visibility: .private, addresses: own, reachesFollowers: true),
        Case(visibility: .direct, addresses: own, reachesFollowers: false),
    ]

    @Test func aSilencedAuthorStandsInNoTimelineOfStrangers() {
        let silenced = AccountEvent(
            id: EventID(rawValue: 50),
            change: .standingChanged(.init(account: World.ada, flag: .silenced, isOn: true)))
        let directory = World.directory(follows(World.ada, by: Self.fans) + [silenced])
        let outputs = planner.outputs(for: .accepted(status(World.ada, .public)), knowing: directory)
        #expect(Set(outputs.flatMap(\.item.addresses)) == Self.own)
        #expect(outputs.contains { $0.item.toFollowers })
    }

    @Test(arguments: cases) func eachVisibilityReachesItsAddresses(_ expected: Case) {
        let directory = World.directory(follows(World.ada, by: Self.fans))
        let outputs = planner.outputs(for: .accepted(status(World.ada, expected.visibility)), knowing: directory)
        #expect(Set(outputs.flatMap(\.item.addresses)) == expected.addresses)
        #expect(outputs.flatMap(\.item.addresses).count == expected.addresses.count)
        let followed = Set(outputs.filter(\.item.toFollowers).map(\.partition))
        #expect(followed == (expected.reachesFollowers ? Set(Self.fans.map(World.partition(of:))) : []))
        for output in outputs {
            #expect(output.lane == .normal)
            #expect(output.item.record == [1, 2, 3])
            #expect(output.item.author == World.ada)
            #expect(output.item.addresses.allSatisfy { World.partitions.partition(of: $0) == output.partition })
        }
        #expect(Set(outputs.map(\.partition)).count == outputs.count, "one item for each partition of a lane")
    }

    @Test func lanesFollowTheAuthor() {
        let many = (0..<4).map { AccountID(rawValue: 3_000 + $0) }
        let table: [(author: AccountID, followers: [AccountID], lane: Lane)] = [
            (World.ada, Self.fans, .normal), (World.pia, Self.fans, .priority),
            (World.ada, many, .bulk), (World.pia, many, .bulk),
        ]
        for row in table {
            let directory = World.directory(follows(row.author, by: row.followers))
            #expect(planner.lanes.lane(of: directory[row.author]) == row.lane)
            let outputs = planner.outputs(for: .accepted(status(row.author, .public)), knowing: directory)
            for output in outputs where output.item.toFollowers { #expect(output.lane == row.lane) }
            for output in outputs where !output.item.addresses.isEmpty { #expect(output.lane == .normal) }
            let keys = outputs.map { "\($0.lane) \($0.partition)" }
            #expect(Set(keys).count == keys.count)
        }
        #expect(planner.lanes.lane(of: nil) == .normal)
    }

    @Test func theLanesTogetherSendEverythingOnce() {
        let many = (0..<4).map { AccountID(rawValue: 3_000 + $0) }
        let before = World.directory(follows(World.ada, by: Self.fans))
        // Between the spread of one lane and that of the next the author crosses the threshold.
        let after = World.directory(follows(World.ada, by: Self.fans + many))
        for decided in [nil] + Lane.all.map(Optional.some) {
            var status = status(World.ada, .public)
            status.lane = decided
            let directories = [Lane.priority: after, .normal: before, .bulk: decided == nil ? before : after]
            let sent = Lane.all.flatMap { lane in
                planner.outputs(for: .accepted(status), of: lane, knowing: directories[lane] ?? before)
                    .map { (lane: lane, output: $0) }
            }
            #expect(sent.allSatisfy { decided == nil || $0.lane == $0.output.lane })
            #expect(Set(sent.filter(\.output.item.toFollowers).map(\.output.lane)) == [decided ?? .normal])
            let addresses = sent.flatMap(\.output.item.addresses)
            #expect(Set(addresses) == Set(planner.addresses(of: status)))
            #expect(addresses.count == Set(addresses).count)
        }
        let delete = StatusDelete(event: EventID(rawValue: 9 << 16), status: World.status(7), author: World.ada)
        #expect(Lane.all.flatMap { planner.outputs(for: .deleted(delete), of: $0, knowing: before) }.count == 1)
    }

    @Test func whoFollowsATagIsServedWhereverTheyAre() {
        func follows(_ tag: String, _ account: AccountID, _ isOn: Bool = true, event: UInt64) -> AccountEvent {
            AccountEvent(
                id: EventID(rawValue: event),
                change: .personal(.tagFollowed(TagChoice(owner: account, tag: tag, isOn: isOn))))
        }
        let reader = AccountID(rawValue: 2_004)
        let directory = World.directory([
            follows("swift", reader, event: 60), follows("rust", World.bob, event: 61),
        ])
        var status = status(World.ada, .public)
        status.inReplyToAccount = World.bob
        let outputs = planner.outputs(for: .accepted(status), knowing: directory).filter(\.item.toFollowers)
        #expect(outputs.map(\.partition) == [World.partition(of: reader)])
        #expect(outputs.map(\.item.author) == [AccountID(followedTag: "swift")])
        #expect(outputs.first?.item.traits?.author == World.ada)
        #expect(outputs.first?.item.traits?.inReplyToAccount == nil, "no reply rule keeps it out")
        #expect(outputs.first?.item.record == [1, 2, 3])
        #expect(SpreadReceipt.entries(of: outputs, status: status.id, followers: 3).isEmpty)
        for visibility in [Visibility.unlisted, .private, .direct] {
            let others = planner.outputs(for: .accepted(self.status(World.ada, visibility)), knowing: directory)
            #expect(!others.contains { $0.item.toFollowers })
        }
        let silenced = AccountEvent(
            id: EventID(rawValue: 70),
            change: .standingChanged(.init(account: World.ada, flag: .silenced, isOn: true)))
        let quiet = World.directory([follows("swift", reader, event: 60), silenced])
        #expect(!planner.outputs(for: .accepted(status), knowing: quiet).contains { $0.item.toFollowers })
    }

    @Test func aPartitionWhoseOnlyFollowerLeftIsStillServed() {
        let left = AccountEvent(
            id: EventID(rawValue: 500), change: .unfollowed(follower: Self.fans[0], followee: World.ada))
        let directory = World.directory(follows(World.ada, by: [Self.fans[0]]) + [left])
        let outputs = planner.outputs(for: .accepted(status(World.ada, .private)), knowing: directory)
        #expect(outputs.filter(\.item.toFollowers).map(\.partition) == [World.partition(of: Self.fans[0])])
    }

    @Test func aDeleteIsOneTombstone() throws {
        let delete = StatusDelete(event: EventID(rawValue: 9 << 16), status: World.status(7), author: World.ada)
        let outputs = planner.outputs(for: .deleted(delete), knowing: World.directory())
        #expect(outputs.count == 1)
        let output = try #require(outputs.first)
        #expect(output.lane == .normal)
        #expect(output.item.addresses == [.tombstones])
        #expect(!output.item.toFollowers)
        let parsed = try RecordFormat.parse(output.item.record)
        let record = try StatusRecord(id: parsed.id, text: parsed.body, header: parsed.header)
        #expect(record.kind == .tombstone)
        #expect(record.id == delete.event.rawValue)
        #expect(record.target == delete.status)
    }

    @Test func aRefusedStatusGoesNowhere() {
        let refused = RefusedStatus(id: World.status(7), author: World.ada, reason: "x")
        #expect(planner.outputs(for: .refused(refused), knowing: World.directory()).isEmpty)
    }
}
