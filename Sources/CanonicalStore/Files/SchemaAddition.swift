internal import GRDB

/// A migration that the release before need not know: after a roll-back it goes on with the file and leaves alone what
/// was added. The name says so, because the name is all that the older program finds in the file.
///
/// Only what that program would not have to keep up may be an addition: indexes, and tables that only facts of new
/// kinds fill.
enum SchemaAddition {
    private static let mark = " (added)"

    static func isAddition(_ migration: String) -> Bool { migration.hasSuffix(mark) }

    static func name(_ name: String) -> String { name + mark }
}

extension DatabaseMigrator {
    mutating func registerAddition(_ name: String, migrate: @escaping @Sendable (Database) throws -> Void) {
        registerMigration(SchemaAddition.name(name), migrate: migrate)
    }
}
