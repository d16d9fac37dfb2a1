@testable import CanonicalStore
import DurableFiles
import Foundation
import GRDB
import StatuscastModel
import Testing

struct ShardFileTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: [StoreJournal.writeAheadLog, .rollback])
    func everyCommitIsSynced(journal: StoreJournal) async throws {
        let directory = try scratch.directory()
        let store = try await UserStore.open(in: directory, journal: journal)
        let synchronous = try await store.shards[0].write { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        let mode = try await store.shards[0].write { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
        #expect(synchronous == 2)
        #expect(mode == (journal == .rollback ? "delete" : "wal"))
        await store.close()
    }

    @Test func aFileOfANewerReleaseIsRefused() async throws {
        let directory = try scratch.directory()
        let store = try await MessageStore.open(in: directory)
        try await store.shards[0].write {
            try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('messages 999')")
        }
        await store.close()
        #expect(await storeErrorCode { _ = try await MessageStore.open(in: directory) } == .unsupportedVersion)
    }

    @Test func whatANewerReleaseHasOnlyAddedIsLeftAlone() async throws {
        let directory = try scratch.directory()
        let store = try await UserStore.open(in: directory)
        try await store.shards[0].write { db in
            try db.execute(sql: "CREATE TABLE later (id INTEGER PRIMARY KEY); INSERT INTO later VALUES (7)")
            try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('users later (added)')")
        }
        await store.close()
        let again = try await UserStore.open(in: directory)
        try await again.apply([created(1, "alice", event: 1)], shard: 0)
        #expect(try await again.shards[0].read { try Int.fetchOne($0, sql: "SELECT id FROM later") } == 7)
        await again.close()
    }

    /// Of two releases that each added something to the first, a file may come from either.
    @Test(arguments: [
        (["standings"], ["users standings"]), (["blocks", "mutes", "filters"], ["users rules"]),
        (["standings", "blocks", "mutes", "filters"], ["users standings", "users rules"]),
    ])
    func aFileOfAnEarlierReleaseGetsWhatItLacks(tables: [String], migrations: [String]) async throws {
        let directory = try scratch.directory()
        let store = try await UserStore.open(in: directory)
        try await store.apply([created(1, "alice", event: 1)], shard: 0)
        try await store.shards[0].write { db in
            for table in tables { try db.execute(sql: "DROP TABLE \(table)") }
            for name in migrations {
                try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = ?", arguments: [name])
            }
            #expect(db.changesCount == 1)
        }
        await store.close()
        let again = try await UserStore.open(in: directory)
        let (alice, bob) = (AccountID(rawValue: 1), AccountID(rawValue: 2))
        try await again.apply(
            [
                AccountEvent(id: EventID(rawValue: 5), change: .blocked(blocker: alice, blocked: bob)),
                AccountEvent(
                    id: EventID(rawValue: 6),
                    change: .standingChanged(.init(account: alice, flag: .silenced, isOn: true))),
            ], shard: 0)
        #expect(try await again.isBlocked(alice, bob))
        #expect(try await again.accounts([alice])[alice]?.isSilenced == true)
        await again.close()
    }

    @Test func aFileThatIsNoDatabaseIsCorrupt() async throws {
        let directory = try scratch.directory()
        let garbage = String(repeating: "this is no database ", count: 500)
        try garbage.write(toFile: directory.path + "/users-0.sqlite", atomically: false, encoding: .utf8)
        #expect(await storeErrorCode { _ = try await UserStore.open(in: directory) } == .corrupt)
    }

    @Test func aDirectoryBelongsToOneProcess() async throws {
        let directory = try scratch.directory()
        let code = await storeErrorCode { _ = try scratch.directory() }
        #expect(code == .inUse)
        directory.close()
        try scratch.directory().close()
    }

    /// Root may write anywhere but there.
    @Test func aDirectoryThatCannotBeWrittenIsSaidSo() async throws {
        let parent = geteuid() == 0 ? "/sys" : scratch.path + "/locked"
        if geteuid() != 0 {
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            chmod(parent, 0o500)
        }
        let code = await storeErrorCode { _ = try StoreDirectory(path: parent + "/store", holder: "a test") }
        #expect(code == .notPermitted)
    }

    @Test func aFullDiskLosesNothingAndIsOverOnceThereIsRoom() async throws {
        let directory = try scratch.directory()
        let store = try await MessageStore.open(in: directory)
        try await store.shards[0].write { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
        }
        let events = (1...200).map { accepted($0, record: String(repeating: "x", count: 500)) }
        let code = await storeErrorCode {
            try await store.apply(events, shard: 0, cursors: [CursorUpdate(topic: "t", partition: 0, bytes: [1])])
        }
        #expect(code == .full)
        #expect(try await store.statusCount() == 0)
        #expect(try await store.cursors(of: "t", shard: 0).isEmpty)
        try await store.shards[0].write { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
        try await store.apply(events, shard: 0)
        #expect(try await store.statusCount() == 200)
        await store.close()
    }

    @Test func afterClosingEverythingSaysClosed() async throws {
        let store = try await UserStore.open(in: try scratch.directory())
        await store.close()
        #expect(await storeErrorCode { _ = try await store.apply([], shard: 0) } == .closed)
        #expect(await storeErrorCode { _ = try await store.accountCount() } == .closed)
    }
}
