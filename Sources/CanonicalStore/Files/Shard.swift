internal import DurableFiles
internal import GRDB

/// How SQLite makes a commit whole.
public enum StoreJournal: Sendable {
    /// Write-ahead log: for local disks only, because its index lives in memory shared between processes of one host.
    case writeAheadLog
    /// Rollback journal: for a directory on a mount that several hosts share.
    case rollback
}

/// The threads on which the shards of a store read; they end with the last shard.
final class Readers: Sendable {
    static let count = 3
    let threads: FileThreads

    init(name: String) { threads = FileThreads(name: name, count: Self.count) }

    deinit { threads.stop() }
}

/// One SQLite file: one writer thread of its own, readers on threads that they share.
///
/// A write is one transaction, durable when its call returns (`synchronous = FULL`).
final class Shard: Sendable {
    let path: String
    private let database: any DatabaseWriter
    private let writer: FileThreads
    private let readers: Readers

    /// Opens or makes the file and migrates it. Blocks.
    init(
        directory: String, kind: String, index: Int, count: Int, journal: StoreJournal, migrator: DatabaseMigrator,
        readers: Readers
    ) throws(StoreError) {
        let path = "\(directory)/\(kind)-\(index).sqlite"
        let database: any DatabaseWriter
        do {
            database = try Self.open(path, label: "\(kind)-\(index)", journal: journal)
            try Self.refuseNewer(database, migrator: migrator, path: path)
            try migrator.migrate(database)
            try database.write { try Self.checkPlace($0, kind: kind, index: index, count: count, path: path) }
        } catch {
            throw StoreError(error, path: path)
        }
        self.path = path
        self.database = database
        self.readers = readers
        writer = FileThreads(name: "\(kind)-\(index)", count: 1)
    }

    /// Not sooner: what is given to threads that have ended would never be answered.
    deinit { writer.stop() }

    func write<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(StoreError) -> T {
        try await writer.run { [self] () throws(StoreError) in
            do {
                return try database.write(body)
            } catch {
                throw StoreError(error, path: path)
            }
        }
    }

    /// Sees everything whose write had returned before.
    func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(StoreError) -> T {
        try await readers.threads.run { [self] () throws(StoreError) in
            do {
                return try database.read(body)
            } catch {
                throw StoreError(error, path: path)
            }
        }
    }

    /// Lets what is under way finish; afterwards everything throws `.closed`.
    func close() async {
        await writer.run { [self] in try? database.close() }
    }

    private static func open(_ path: String, label: String, journal: StoreJournal) throws -> any DatabaseWriter {
        var configuration = Configuration()
        configuration.label = label
        configuration.busyMode = .timeout(2)
        configuration.maximumReaderCount = Readers.count
        let database: any DatabaseWriter
        switch journal {
        case .writeAheadLog: database = try DatabasePool(path: path, configuration: configuration)
        case .rollback: database = try DatabaseQueue(path: path, configuration: configuration)
        }
        try database.writeWithoutTransaction { connection in
            if journal == .rollback { try connection.execute(sql: "PRAGMA journal_mode = DELETE") }
            // Only now: while it opens, the pool sets NORMAL, with which a commit may be gone after a power cut.
            try connection.execute(sql: "PRAGMA synchronous = FULL")
        }
        return database
    }

    private static func refuseNewer(_ database: any DatabaseWriter, migrator: DatabaseMigrator, path: String) throws {
        let unknown = try database.read(migrator.appliedIdentifiers).subtracting(migrator.migrations)
        guard let changed = unknown.filter({ !SchemaAddition.isAddition($0) }).min() else { return }
        throw StoreError(
            .unsupportedVersion,
            "a newer release has changed the tables of this file (\"\(changed)\"); start that release", path: path)
    }
}

extension Shard {
    /// All shards of one kind. Blocks.
    static func openAll(
        in directory: StoreDirectory, kind: String, count: Int, journal: StoreJournal, migrator: DatabaseMigrator,
        readers: Readers
    ) throws(StoreError) -> [Shard] {
        guard count > 0 else { throw StoreError(.mismatch, "there must be a shard", path: directory.path) }
        var shards: [Shard] = []
        for index in 0..<count {
            shards.append(
                try Shard(
                    directory: directory.path, kind: kind, index: index, count: count, journal: journal,
                    migrator: migrator, readers: readers))
        }
        return shards
    }

    private static func checkPlace(_ db: Database, kind: String, index: Int, count: Int, path: String) throws {
        for (name, value) in [("kind", kind), ("shard", String(index)), ("shards", String(count))] {
            try db.execute(sql: "INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)", arguments: [name, value])
            let stored = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE name = ?", arguments: [name])
            guard stored == value else {
                throw StoreError(
                    .mismatch,
                    "the file was made with \(name) \(stored ?? "unknown"), not \(value); the number of "
                        + "shards cannot be changed once there is data", path: path)
            }
        }
    }
}
