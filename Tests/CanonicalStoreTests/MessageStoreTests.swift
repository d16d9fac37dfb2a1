import CanonicalStore
import StatuscastModel
import Testing

struct MessageStoreTests {
    private let scratch: Scratch
    private let directory: StoreDirectory

    init() throws {
        scratch = try Scratch()
        directory = try scratch.directory()
    }

    private func withStore(shards: Int = 1, _ body: (MessageStore) async throws -> Void) async throws {
        let store = try await MessageStore.open(in: directory, shards: shards)
        do {
            try await body(store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    private func one(_ id: UInt64, _ store: MessageStore) async throws -> StoredStatus? {
        try await store.statuses([StatusID(rawValue: id)])[StatusID(rawValue: id)]
    }

    @Test func aStatusIsHeldOnceHoweverOftenItComes() async throws {
        try await withStore { store in
            let first = try await store.apply([accepted(10), accepted(11, replyTo: 10)], shard: 0)
            let again = try await store.apply([accepted(10), accepted(11, replyTo: 10)], shard: 0)
            #expect(first.applied == 2)
            #expect(again.applied == 0 && again.repeated == 2)
            #expect(try await store.statusCount() == 2)
            #expect(try await one(10, store)?.replies == 1)
            #expect(try await one(10, store)?.record == Array("record 10".utf8))
            let counts = try await store.counts(of: [AccountID(rawValue: 1)])[AccountID(rawValue: 1)]
            #expect(counts?.statuses == 2 && counts?.last == StatusID(rawValue: 11))
        }
    }

    @Test func aDeleteMayComeBeforeItsStatusAndStays() async throws {
        try await withStore { store in
            try await store.apply([deleted(10)], shard: 0)
            try await store.apply([accepted(10), accepted(11), deleted(11), accepted(11)], shard: 0)
            for id in [10, 11] as [UInt64] {
                let status = try await one(id, store)
                #expect(status?.isDeleted == true)
                #expect(status?.record.isEmpty == true)
            }
            #expect(try await store.statusCount() == 0)
            #expect(try await store.counts(of: [AccountID(rawValue: 1)])[AccountID(rawValue: 1)]?.statuses ?? 0 == 0)
        }
    }

    @Test func aDeleteByAnotherHasNoEffect() async throws {
        try await withStore { store in
            try await store.apply(
                [deleted(10, author: 2), accepted(10), accepted(11), deleted(11, author: 2)], shard: 0)
            #expect(try await one(10, store)?.isDeleted == false)
            #expect(try await one(11, store)?.isDeleted == false)
        }
    }

    @Test func theSameIdWithOtherContentIsReportedAndKept() async throws {
        try await withStore { store in
            try await store.apply([accepted(10)], shard: 0)
            let counts = try await store.apply(
                [accepted(10, record: "other"), accepted(10, record: "other")], shard: 0)
            #expect(counts.applied == 0 && counts.conflicts.count == 1)
            #expect(try await store.conflictCount() == 1)
            #expect(try await one(10, store)?.record == Array("record 10".utf8))
            #expect(try await store.statusCount() == 1)
        }
    }

    @Test func acceptanceWinsOverRefusal() async throws {
        try await withStore { store in
            try await store.apply([refused(10), accepted(10), refused(10)], shard: 0)
            let status = try await one(10, store)
            #expect(status?.refusedReason == nil && status?.record.isEmpty == false)
            try await store.apply([refused(20, aliasOf: 10)], shard: 0)
            #expect(try await one(20, store)?.aliasOf == StatusID(rawValue: 10))
            #expect(try await one(20, store)?.refusedReason == "because")
            #expect(try await store.statusCount() == 1)
        }
    }

    @Test func countersLeaveOutWhatFewMaySee() async throws {
        try await withStore { store in
            try await store.apply(
                [
                    accepted(10), accepted(11, replyTo: 10, visibility: .direct),
                    accepted(12, replyTo: 10, visibility: .private),
                ],
                shard: 0)
            #expect(try await one(10, store)?.replies == 0)
            let counts = try await store.counts(of: [AccountID(rawValue: 1)])[AccountID(rawValue: 1)]
            #expect(counts?.statuses == 2 && counts?.last == StatusID(rawValue: 12))
        }
    }

    @Test func cursorsComeWithTheBatchAndOutliveARestart() async throws {
        try await withStore { store in
            let cursor = CursorUpdate(topic: "accepted", partition: 3, bytes: [9])
            try await store.apply([accepted(10)], shard: 0, cursors: [cursor])
        }
        try await withStore { (store) async throws in
            #expect(try await store.cursors(of: "accepted", shard: 0) == [3: [9]])
            #expect(try await store.cursors(of: "accounts", shard: 0) == [:])
            #expect(try await one(10, store) != nil)
        }
    }

    @Test func shardsAddUp() async throws {
        try await withStore(shards: 3) { store in
            let events = (10..<40).map { accepted($0, replyTo: $0 > 10 ? 10 : nil) }
            for (shard, part) in Dictionary(grouping: events, by: store.shard(of:)) {
                try await store.apply(part, shard: shard)
            }
            #expect(try await store.statusCount() == 30)
            #expect(try await one(10, store)?.replies == 29)
            let found = try await store.statuses((10..<50).map(StatusID.init(rawValue:)))
            #expect(found.count == 30)
            let counts = try await store.counts(of: [AccountID(rawValue: 1)])[AccountID(rawValue: 1)]
            #expect(counts?.statuses == 30 && counts?.last == StatusID(rawValue: 39))
        }
        #expect(await storeErrorCode { try await withStore(shards: 2) { _ in } } == .mismatch)
    }
}
