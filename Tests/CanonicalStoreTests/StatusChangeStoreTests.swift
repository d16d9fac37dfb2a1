import CanonicalStore
import StatuscastModel
import Testing

/// Favourites, reblogs, threads and versions in the message store.
struct StatusChangeStoreTests {
    private let scratch: Scratch
    private let directory: StoreDirectory
    private let viewer = AccountID(rawValue: 5)

    init() throws {
        scratch = try Scratch()
        directory = try scratch.directory()
    }

    /// With one shard and with three: whatever lies where, the answers are the same.
    private func withStores(_ body: (MessageStore) async throws -> Void) async throws {
        for shards in [1, 3] {
            let store = try await MessageStore.open(
                in: shards == 1 ? directory : try StoreDirectory(path: scratch.path + "/more", holder: "a test"),
                shards: shards)
            try await body(store)
            await store.close()
        }
    }

    private func apply(_ events: [AcceptedEvent], _ store: MessageStore) async throws {
        for event in events { try await store.apply([event], shard: store.shard(of: event)) }
    }

    private func interaction(
        _ kind: Interaction.Kind, _ status: UInt64, event: UInt64, isOn: Bool = true, by account: UInt64 = 5
    ) -> AcceptedEvent {
        .interaction(
            Interaction(
                event: EventID(rawValue: event), status: StatusID(rawValue: status), statusAuthor: nil,
                account: AccountID(rawValue: account), kind: kind, isOn: isOn))
    }

    private func reblog(_ id: UInt64, of original: UInt64, by author: UInt64) -> AcceptedEvent {
        .accepted(
            AcceptedStatus(
                id: StatusID(rawValue: id), author: AccountID(rawValue: author), visibility: .public, inReplyTo: nil,
                inReplyToAccount: nil, mentions: [], tags: [], record: [1], reblogOf: StatusID(rawValue: original),
                reblogOfAccount: AccountID(rawValue: 1)))
    }

    private func edited(_ status: UInt64, event: UInt64, _ text: String, by author: UInt64 = 1) -> AcceptedEvent {
        .edited(
            EditedStatus(
                event: EventID(rawValue: event), status: StatusID(rawValue: status),
                author: AccountID(rawValue: author), record: ArraySlice(text.utf8)))
    }

    private func reactions(_ id: UInt64, _ store: MessageStore) async throws -> StatusReactions {
        try await store.reactions(to: [StatusID(rawValue: id)], of: viewer)[StatusID(rawValue: id)] ?? StatusReactions()
    }

    @Test func theHighestEventHoldsAndCountsFollowFromRows() async throws {
        try await withStores { store in
            try await apply([accepted(10), accepted(11, author: 2, replyTo: 10)], store)
            let on = interaction(.favourite, 10, event: 100)
            let off = interaction(.favourite, 10, event: 101, isOn: false)
            try await apply([on, on, interaction(.favourite, 10, event: 90, by: 6)], store)
            var found = try await reactions(10, store)
            #expect(found.favourites == 2 && found.replies == 1 && found.own == [.favourite])
            try await apply([off, on, off], store)
            found = try await reactions(10, store)
            #expect(found.favourites == 1 && found.own.isEmpty)
            try await apply([interaction(.favourite, 10, event: 102), interaction(.bookmark, 10, event: 103)], store)
            found = try await reactions(10, store)
            #expect(found.favourites == 2 && found.own == [.favourite, .bookmark])
            #expect(try await store.reactions(to: [StatusID(rawValue: 10)], of: nil).values.first?.own.isEmpty == true)
        }
    }

    @Test func listsGoByWhenItWasDone() async throws {
        try await withStores { store in
            try await apply(
                [
                    interaction(.bookmark, 12, event: 100), interaction(.bookmark, 10, event: 101),
                    interaction(.bookmark, 11, event: 102), interaction(.favourite, 11, event: 103),
                    interaction(.favourite, 11, event: 99, by: 6),
                ], store)
            func ids(_ page: RelationPage) async throws -> [UInt64] {
                try await store.interactions(.bookmark, by: viewer, page).map(\.status.rawValue)
            }
            #expect(try await ids(RelationPage(limit: 9)) == [11, 10, 12])
            #expect(try await ids(RelationPage(limit: 2)) == [11, 10])
            #expect(try await ids(RelationPage(below: EventID(rawValue: 101), limit: 2)) == [12])
            #expect(
                try await ids(RelationPage(above: EventID(rawValue: 100), fromOldest: true, limit: 1)) == [10])
            let who = try await store.interactions(.favourite, to: StatusID(rawValue: 11), RelationPage(limit: 9))
            #expect(who.map(\.account.rawValue) == [5, 6])
        }
    }

    @Test func aMutedThreadMutesEveryStatusInIt() async throws {
        try await withStores { store in
            try await apply(
                [accepted(10), accepted(11, replyTo: 10), accepted(12, replyTo: 11), accepted(20)], store)
            try await apply([interaction(.mute, 10, event: 100)], store)
            for (id, isMuted) in [(10, true), (11, true), (12, true), (20, false)] as [(UInt64, Bool)] {
                #expect(try await reactions(id, store).own.contains(.mute) == isMuted, "status \(id)")
            }
            #expect(
                try await store.threadRoots(of: [StatusID(rawValue: 12), StatusID(rawValue: 99)])
                    == [StatusID(rawValue: 12): StatusID(rawValue: 10), StatusID(rawValue: 99): StatusID(rawValue: 99)])
        }
    }

    @Test func reblogsAreCountedListedAndTakenBack() async throws {
        try await withStores { store in
            try await apply([accepted(10), reblog(30, of: 10, by: 5), reblog(30, of: 10, by: 5)], store)
            try await apply([reblog(31, of: 10, by: 6)], store)
            var found = try await reactions(10, store)
            #expect(found.reblogs == 2 && found.ownReblog == StatusID(rawValue: 30))
            let who = try await store.reblogs(of: StatusID(rawValue: 10), RelationPage(limit: 9))
            #expect(who.map(\.account.rawValue) == [6, 5])
            try await apply([deleted(30, author: 5), deleted(30, author: 5), reblog(30, of: 10, by: 5)], store)
            found = try await reactions(10, store)
            #expect(found.reblogs == 1 && found.ownReblog == nil)
        }
    }

    @Test func aThreadIsReadUpAndDown() async throws {
        try await withStores { store in
            try await apply(
                [
                    accepted(10), accepted(11, replyTo: 10), accepted(12, replyTo: 11), accepted(13, replyTo: 12),
                    accepted(14, replyTo: 11), accepted(15, replyTo: 12), accepted(16, replyTo: 14), deleted(14),
                ], store)
            let thread = try await store.thread(of: StatusID(rawValue: 11), below: StatusID(rawValue: 10))
            #expect(thread.ancestors.map(\.rawValue) == [10])
            #expect(thread.descendants.map(\.rawValue) == [12, 13, 15])
            let deep = try await store.thread(of: StatusID(rawValue: 13), below: StatusID(rawValue: 12))
            #expect(deep.ancestors.map(\.rawValue) == [10, 11, 12] && deep.descendants.isEmpty)
        }
    }

    @Test func theNewestVersionIsWhatAStatusSays() async throws {
        try await withStores { store in
            // Versions out of order, one before its status, and one of somebody else's.
            try await apply([edited(10, event: 102, "third"), accepted(10), edited(10, event: 101, "second")], store)
            try await apply([edited(10, event: 103, "stolen", by: 2), accepted(10)], store)
            let status = try await store.statuses([StatusID(rawValue: 10)])[StatusID(rawValue: 10)]
            #expect(status?.record == Array("third".utf8))
            let versions = try await store.versions(of: StatusID(rawValue: 10))
            #expect(versions.map { String(decoding: $0, as: UTF8.self) } == ["record 10", "second", "third"])
            #expect(try await store.conflictCount() == 0)
            try await apply([deleted(10), edited(10, event: 104, "late")], store)
            #expect(try await store.versions(of: StatusID(rawValue: 10)).isEmpty)
            #expect(try await store.statuses([StatusID(rawValue: 10)])[StatusID(rawValue: 10)]?.record == [])
        }
    }
}
