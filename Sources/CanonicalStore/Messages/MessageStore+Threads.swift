internal import Foundation
internal import GRDB
public import StatuscastModel

/// Where a status stands in its conversation.
public struct StoredThread: Sendable, Hashable {
    /// From the one that began it down to the one that is answered.
    public var ancestors: [StatusID] = []
    /// What answers it, and what answers those: each before its own answers, older before newer.
    public var descendants: [StatusID] = []
}

extension MessageStore {
    /// The longest way up and down that is gone.
    static let threadDepthMax = 200
    public static let descendantsMax = 500

    /// `parent` is what the status answers, where it is known; it is the last of the ancestors, if it is held here.
    /// Deleted ones end the way.
    public func thread(of status: StatusID, below parent: StatusID?) async throws(StoreError) -> StoredThread {
        var thread = StoredThread()
        var next = parent
        while let id = next, thread.ancestors.count < Self.threadDepthMax, !thread.ancestors.contains(id),
            let above = try await self.parent(of: id, acceptedOnly: true)
        {
            thread.ancestors.append(id)
            next = above.parent
        }
        thread.ancestors.reverse()
        thread.descendants = try await descendants(of: status)
        return thread
    }

    /// What began the threads of these. What answers nothing, or is unknown, is its own.
    public func threadRoots(of ids: [StatusID]) async throws(StoreError) -> [StatusID: StatusID] {
        var roots: [StatusID: StatusID] = [:]
        for id in Set(ids) {
            var root = id
            for _ in 0..<Self.threadDepthMax {
                guard let parent = try await parent(of: root, acceptedOnly: false)?.parent else { break }
                root = parent
            }
            roots[id] = root
        }
        return roots
    }

    /// Whoever edits more often is shown with the first version and so many of the newest.
    public static let laterVersionsMax = 100

    /// The versions of a status that is shown, the first one first; empty for one that is not.
    public func versions(of status: StatusID) async throws(StoreError) -> [[UInt8]] {
        try await shards[shard(of: status)].read { db in
            let first = try Row.fetchOne(
                db, sql: "SELECT record, author FROM statuses WHERE id = ? AND state = 1", arguments: [status.sql])
            guard let first, let record: Data = first[0], let author: Int64 = first[1] else { return [] }
            let later = try Data.fetchAll(
                db, sql: "SELECT record FROM edits WHERE status = ? AND author = ? ORDER BY event DESC LIMIT ?",
                arguments: [status.sql, author, Self.laterVersionsMax])
            return ([record] + later.reversed()).map { Array($0) }
        }
    }

    private func parent(
        of id: StatusID, acceptedOnly: Bool
    ) async throws(StoreError) -> KnownParent? {
        try await shards[shard(of: id)].read { db in
            try Int64.fetchOne(
                db.cachedStatement(
                    sql: "SELECT in_reply_to FROM statuses WHERE id = ?" + (acceptedOnly ? " AND state = 1" : "")),
                arguments: [id.sql]
            ).map { KnownParent(parent: $0 == 0 ? nil : StatusID(sql: $0)) }
        }
    }

    /// Level by level, a question to each shard for each level, and then put in order.
    private func descendants(of status: StatusID) async throws(StoreError) -> [StatusID] {
        var children: [StatusID: [StatusID]] = [:]
        var level = [status]
        var count = 0
        for _ in 0..<Self.threadDepthMax where !level.isEmpty && count < Self.descendantsMax {
            let (parents, room) = (level, Self.descendantsMax - count)
            var found: [(parent: StatusID, id: StatusID)] = []
            for shard in shards {
                found += try await shard.read { db in try Self.children(of: parents, limit: room, db) }
            }
            found.sort { $0.id < $1.id }
            found = Array(found.prefix(room))
            for (parent, id) in found { children[parent, default: []].append(id) }
            count += found.count
            level = found.map(\.id)
        }
        return Self.inOrder(below: status, children)
    }

    private static func children(
        of parents: [StatusID], limit: Int, _ db: Database
    ) throws -> [(parent: StatusID, id: StatusID)] {
        let statement = try db.cachedStatement(
            sql: "SELECT id FROM statuses WHERE in_reply_to = ? AND state = 1 AND in_reply_to <> 0 ORDER BY id LIMIT ?")
        return try parents.flatMap { parent in
            try Int64.fetchAll(statement, arguments: [parent.sql, limit]).map { (parent, StatusID(sql: $0)) }
        }
    }

    private static func inOrder(below status: StatusID, _ children: [StatusID: [StatusID]]) -> [StatusID] {
        var ordered: [StatusID] = []
        var open = Array((children[status] ?? []).reversed())
        while let id = open.popLast() {
            ordered.append(id)
            open += (children[id] ?? []).reversed()
        }
        return ordered
    }
}

/// Of a status that is held: what it answers, nil for nothing.
private struct KnownParent: Sendable {
    var parent: StatusID?
}
