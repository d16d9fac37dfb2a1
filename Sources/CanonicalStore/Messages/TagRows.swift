internal import GRDB
internal import StatuscastModel

/// The table `tags`: every tag that a public status of this shard has had, for finding tags by their beginning.
///
/// It is for discovery alone: what was tagged before it was there, or under a release that does not know it, is missing
/// until the tag is used again.
enum TagRows {
    static let create = """
        CREATE TABLE tags (name TEXT NOT NULL PRIMARY KEY, last_status INTEGER NOT NULL) WITHOUT ROWID;
        """

    static func use(_ tags: [String], by status: StatusID, _ db: Database) throws {
        guard !tags.isEmpty else { return }
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO tags (name, last_status) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET last_status = max(last_status, excluded.last_status)
                """)
        for tag in tags { try statement.execute(arguments: [tag, status.sql]) }
    }
}

extension MessageStore {
    /// Tags that begin with the text, folded as tags are, by name.
    public func tags(beginningWith folded: String, limit: Int, offset: Int) async throws(StoreError) -> [String] {
        guard !folded.isEmpty, limit > 0, offset >= 0 else { return [] }
        var found: Set<String> = []
        for shard in shards {
            let names = try await shard.read { db in
                try String.fetchAll(
                    db.cachedStatement(sql: "SELECT name FROM tags WHERE name >= ? AND name < ? ORDER BY name LIMIT ?"),
                    arguments: [folded, folded + "\u{10FFFF}", limit + offset])
            }
            found.formUnion(names)
        }
        return Array(found.sorted().dropFirst(offset).prefix(limit))
    }
}
