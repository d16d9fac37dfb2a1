import HashRing
import Mailbox
import SocialGraph
import StatuscastModel
import Testing

@testable import Receive

/// What the judge makes of reblogs, edits and interactions, and where the spread sends them.
@Suite struct StatusChangeTests {
    private let planner = SpreadPlanner(partitions: World.partitions, host: "example.org", bulkFollowersAbove: 3)
    private let partition = PartitionIndex(rawValue: 0)

    private func verdict(
        _ event: ReceiveEvent, knowing directory: AuthorDirectory = World.directory(),
        hooks: ReceiveHooks = ReceiveHooks()
    ) -> AcceptedEvent {
        var judge = Judge(host: "example.org", lanes: LaneRule(bulkFollowersAbove: 3), hooks: hooks) {
            IdempotencyMemory(milliseconds: 1_000, countMax: 10)
        }
        return judge.verdict(on: event, of: partition, knowing: directory)
    }

    private static func original(_ visibility: Visibility, by author: AccountID = World.bob) -> StatusRecord {
        StatusRecord(
            id: World.status(1).rawValue, author: author, visibility: visibility, spoiler: "cw",
            mentions: [.init(account: World.pia, username: "pia")], tags: ["swift"], text: "said by bob")
    }

    private static func reblog(
        _ original: StatusRecord, _ visibility: Visibility, by author: AccountID
    ) -> ReceiveEvent {
        .reblog(ReblogDraft(id: World.status(5), author: author, visibility: visibility, original: original))
    }

    private func read(_ bytes: ArraySlice<UInt8>) throws -> StatusRecord {
        let parsed = try RecordFormat.parse(bytes)
        return try StatusRecord(id: parsed.id, text: parsed.body) { parsed.header($0) }
    }

    @Test func aReblogCarriesTheOriginalAndReachesFollowersAndItsAuthorAlone() throws {
        let directory = World.directory([World.follow(9, World.pia, World.ada)])
        let verdict = verdict(Self.reblog(Self.original(.public), .public, by: World.ada), knowing: directory)
        guard case .accepted(let status) = verdict else { return #expect(Bool(false), "\(verdict)") }
        #expect(status.reblogOf == World.status(1) && status.reblogOfAccount == World.bob)
        #expect(status.mentions.isEmpty && status.tags.isEmpty && status.inReplyTo == nil)
        let record = try read(status.record)
        #expect(record.id == World.status(5).rawValue && record.author == World.ada)
        #expect(record.original == Self.original(.public))
        #expect(record.reblogged?.username == "bob")
        let outputs = planner.outputs(for: verdict, knowing: directory)
        #expect(
            Set(outputs.flatMap(\.item.addresses))
                == [.home(World.ada), .outbox(World.ada), .notifications(World.bob)])
        #expect(outputs.contains { $0.item.toFollowers && $0.partition == World.partition(of: World.pia) })
        #expect(outputs.allSatisfy { $0.item.traits?.reblogOfAccount == World.bob })
    }

    static let refusedReblogs: [(StatusRecord, Visibility, AccountID)] = [
        (original(.direct), .public, World.ada), (original(.private), .private, World.ada),
        (original(.private, by: World.ada), .public, World.ada), (original(.public), .direct, World.ada),
        (original(.public), .public, World.eve), (original(.public, by: World.eve), .public, World.ada),
    ]

    @Test(arguments: refusedReblogs.indices) func whatIsNotForEverybodyIsNotPassedOn(_ index: Int) {
        let (original, visibility, author) = Self.refusedReblogs[index]
        let verdict = verdict(Self.reblog(original, visibility, by: author))
        guard case .refused(let refused) = verdict else { return #expect(Bool(false), "\(verdict)") }
        #expect(refused.id == World.status(5) && !refused.reason.isEmpty)
    }

    @Test func oneMayPassOnWhatOneSaidToOnesFollowersToThem() {
        let verdict = verdict(Self.reblog(Self.original(.private, by: World.ada), .private, by: World.ada))
        guard case .accepted = verdict else { return #expect(Bool(false), "\(verdict)") }
    }

    @Test func anEditIsRenderedAnewAndGoesToTheListOfDeletesOnce() throws {
        var record = Self.original(.public, by: World.ada)
        record.text = "now @bob #other"
        let event = EventID(rawValue: World.status(90_000).rawValue)
        let verdict = verdict(.edit(StatusEdit(event: event, record: record)))
        guard case .edited(let edited) = verdict else { return #expect(Bool(false), "\(verdict)") }
        #expect(edited.status == World.status(1) && edited.author == World.ada)
        let read = try read(edited.record)
        #expect(read.kind == .edit && read.editOf == World.status(1) && read.id == event.rawValue)
        // An earlier release would take a target for deleted.
        #expect(read.target == nil)
        #expect(read.mentions.map(\.username) == ["bob"] && read.tags == ["other"])
        #expect(read.editedUnixMilliseconds == 90_000)
        let outputs = planner.outputs(for: verdict, knowing: World.directory())
        #expect(outputs.map(\.item.addresses) == [[.tombstones]] && outputs.allSatisfy { !$0.item.toFollowers })
        #expect(Lane.all.flatMap { planner.outputs(for: verdict, of: $0, knowing: World.directory()) } == outputs)
    }

    @Test func anEditThatAHookWouldHoldOrRefuseLeavesTheStatusAsItWas() {
        struct Holding: ReceiveHook {
            let name = "test"
            let judgesEdits: Bool
            func decision(on draft: StatusDraft, in context: ReceiveContext) -> ReceiveDecision { .hold("why") }
        }
        let edit = ReceiveEvent.edit(
            StatusEdit(event: EventID(rawValue: 77), record: Self.original(.public, by: World.ada)))
        guard case .refused(let refused) = verdict(edit, hooks: ReceiveHooks([Holding(judgesEdits: true)])) else {
            return #expect(Bool(false), "it went through")
        }
        #expect(refused.id == StatusID(rawValue: 77) && refused.reason.contains("test: why") && !refused.wasHeld)
        guard case .edited = verdict(edit, hooks: ReceiveHooks([Holding(judgesEdits: false)])) else {
            return #expect(Bool(false), "a hook that judges no edits was asked")
        }
    }

    private static func interaction(
        _ kind: Interaction.Kind, isOn: Bool = true, by account: AccountID = World.ada, author: AccountID? = World.bob
    ) -> Interaction {
        Interaction(
            event: EventID(rawValue: 500), status: World.status(1), statusAuthor: author, account: account, kind: kind,
            isOn: isOn)
    }

    @Test func onlyAFavouriteTellsTheAuthor() throws {
        let outputs = { self.planner.outputs(for: .interaction($0), knowing: World.directory()) }
        let told = outputs(Self.interaction(.favourite))
        #expect(told.map(\.item.addresses) == [[.notifications(World.bob)]])
        #expect(told.first?.item.traits == DeliveryTraits(kind: .favourite, author: World.ada))
        let record = try read(try #require(told.first?.item.record))
        #expect(record.kind == .favourite && record.target == World.status(1) && record.author == World.ada)
        let silent = [
            Self.interaction(.favourite, isOn: false), Self.interaction(.favourite, author: World.ada),
            Self.interaction(.favourite, author: nil), Self.interaction(.bookmark), Self.interaction(.pin),
            Self.interaction(.mute),
        ]
        for interaction in silent { #expect(outputs(interaction).isEmpty) }
    }

    @Test func whoIsSuspendedDoesNothing() {
        #expect(verdict(.interaction(Self.interaction(.pin))) == .interaction(Self.interaction(.pin)))
        guard case .refused(let refused) = verdict(.interaction(Self.interaction(.pin, by: World.eve))) else {
            return #expect(Bool(false), "it went through")
        }
        #expect(refused.id == StatusID(rawValue: 500))
    }
}
