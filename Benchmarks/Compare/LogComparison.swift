import Foundation
import GRDBSQLite
import Measuring
import SegmentLog

extension Comparison {
    /// `batch` appenders on one segment log beside transactions of `batch` rows.
    static func log(_ place: Place, batch: Int) -> Comparison {
        let payload = [UInt8](repeating: 0x5A, count: 400)
        let theirs = batch == 1 ? "one row a transaction" : "\(batch) rows a transaction"
        return Comparison(
            title: batch == 1 ? "Log, one append at a time" : "Log, \(batch) appends at a time",
            trials: [
                Trial(
                    [.init("statuscast segment log, \(batch) appenders", "records/s")], recordBytes: payload.count,
                    note: "in this process; fdatasync before each acknowledgement, group commit"
                ) {
                    try await ScratchDirectory.with(in: place.directory) { path in
                        let log = try SegmentLog(directory: path)
                        let load = AppendLoad(log, payload: payload, streams: 32)
                        let (perSecond, _) = try await load.run(appenders: batch, seconds: place.seconds)
                        try load.verify(in: log)
                        log.close()
                        return [perSecond]
                    }
                },
                Trial(
                    [.init("SQLite, \(theirs)", "records/s")], recordBytes: payload.count,
                    note: "in this process, C interface; WAL, synchronous FULL: one fsync a transaction"
                ) {
                    try await ScratchDirectory.with(in: place.directory) { path in
                        let log = try SQLiteLog(path: path + "/log.sqlite")
                        return [try log.insert(payload, batch: batch, seconds: place.seconds)]
                    }
                },
            ],
            unlike: """
                SQLite keeps a table that can be searched and writes pages to the WAL and later to the table; the \
                segment log keeps numbered frames that are read in order and dropped behind the reader. With \(batch) \
                appenders each waits for its own acknowledgement; the rows of a batch belong to one caller.
                """)
    }
}

/// A table of numbered payloads. Used by one task.
private final class SQLiteLog {
    private var database: OpaquePointer?

    init(path: String) throws {
        guard sqlite3_open(path, &database) == SQLITE_OK else { throw failure("open") }
        try execute("PRAGMA journal_mode = WAL")
        try execute("PRAGMA synchronous = FULL")
        try execute("CREATE TABLE log (number INTEGER PRIMARY KEY, payload BLOB NOT NULL)")
    }

    deinit { sqlite3_close(database) }

    /// Rows a second; every row is counted and measured at the end.
    func insert(_ payload: [UInt8], batch: Int, seconds: Double) throws -> Double {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(database, "INSERT INTO log (payload) VALUES (?)", -1, &statement, nil) == SQLITE_OK
        else { throw failure("prepare") }
        defer { sqlite3_finalize(statement) }
        var rows = 0
        let watch = Stopwatch()
        while watch.seconds < seconds {
            if batch > 1 { try execute("BEGIN IMMEDIATE") }
            for _ in 0..<batch {
                let bound = payload.withUnsafeBytes {
                    sqlite3_bind_blob(statement, 1, $0.baseAddress, Int32($0.count), nil) == SQLITE_OK
                        && sqlite3_step(statement) == SQLITE_DONE
                }
                guard bound, sqlite3_reset(statement) == SQLITE_OK else { throw failure("insert") }
            }
            if batch > 1 { try execute("COMMIT") }
            rows += batch
        }
        let perSecond = Double(rows) / watch.seconds
        let bytes = try number("SELECT sum(length(payload)) FROM log")
        try verify(bytes == rows * payload.count, "\(bytes) bytes in the table for \(rows) rows")
        return perSecond
    }

    private func execute(_ sql: String) throws {
        guard sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else { throw failure(sql) }
    }

    private func number(_ sql: String) throws -> Int {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK,
            sqlite3_step(statement) == SQLITE_ROW
        else { throw failure(sql) }
        defer { sqlite3_finalize(statement) }
        return Int(sqlite3_column_int64(statement, 0))
    }

    private func failure(_ what: String) -> BenchmarkError {
        BenchmarkError("SQLite, \(what): \(String(cString: sqlite3_errmsg(database)))")
    }
}
