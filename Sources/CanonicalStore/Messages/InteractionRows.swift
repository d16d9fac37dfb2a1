internal import GRDB
internal import StatuscastModel

/// Writes what accounts do to statuses inside a transaction, in the shard of the status.
enum InteractionRows {
    /// A row stays when it is taken back, for its version: the highest event holds.
    static let schema = """
        CREATE TABLE interactions (
            account INTEGER NOT NULL, kind INTEGER NOT NULL, status INTEGER NOT NULL, version INTEGER NOT NULL,
            active INTEGER NOT NULL, PRIMARY KEY (account, kind, status)) WITHOUT ROWID;
        CREATE INDEX interactions_by_version ON interactions (account, kind, version) WHERE active = 1;
        CREATE INDEX interactions_by_status ON interactions (status, kind, version) WHERE active = 1;
        CREATE TABLE interaction_counts (
            status INTEGER NOT NULL, kind INTEGER NOT NULL, count INTEGER NOT NULL,
            PRIMARY KEY (status, kind)) WITHOUT ROWID;
        """

    /// Whether it was news. Counts follow from the rows that change.
    static func set(_ interaction: Interaction, _ db: Database) throws -> Bool {
        let key: [any DatabaseValueConvertible] = [
            interaction.account.sql, Int(interaction.kind.rawValue), interaction.status.sql,
        ]
        let known = try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT version, active FROM interactions WHERE account = ? AND kind = ? AND status = ?"),
            arguments: StatementArguments(key))
        let wasActive: Bool = known?[1] ?? false
        if let version: Int64 = known?[0], version >= interaction.event.sql { return false }
        try db.cachedStatement(
            sql: """
                INSERT INTO interactions (account, kind, status, version, active) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (account, kind, status) DO UPDATE SET
                    version = excluded.version, active = excluded.active
                """
        ).execute(arguments: StatementArguments(key + [interaction.event.sql, interaction.isOn]))
        if interaction.kind == .favourite, wasActive != interaction.isOn {
            try count(interaction, by: interaction.isOn ? 1 : -1, db)
        }
        return true
    }

    private static func count(_ interaction: Interaction, by delta: Int, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO interaction_counts (status, kind, count) VALUES (?, ?, ?)
                ON CONFLICT (status, kind) DO UPDATE SET count = count + excluded.count
                """
        ).execute(arguments: [interaction.status.sql, Int(interaction.kind.rawValue), delta])
    }
}
