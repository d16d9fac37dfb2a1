internal import GRDB

/// The tables of `users-<n>.sqlite`. Every row carries the id of the event that made it what it is: the highest wins,
/// so that a fact that comes twice, or late, changes nothing.
enum UserSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("users 1") { db in
            try SharedTables.create(db)
            try db.execute(sql: accounts + follows + access + conflicts)
        }
        // None knows of another, so a file may have any of them first.
        migrator.registerMigration("users standings") { db in try db.execute(sql: standings) }
        migrator.registerMigration("users follow lists") { db in try db.execute(sql: followLists) }
        migrator.registerMigration("users rules") { db in try db.execute(sql: blocks + mutes + filters) }
        migrator.registerAddition("users authorization") { db in try db.execute(sql: authorizations) }
        migrator.registerAddition("users people") { db in
            try db.execute(sql: profiles + followRequests + accountNotes + signUpReasons)
        }
        migrator.registerAddition("users lists") { db in try db.execute(sql: PersonalRows.table) }
        return migrator
    }

    /// E-mail and password are missing where a change of an account has come before its creation.
    private static let accounts = """
        CREATE TABLE accounts (
            id INTEGER PRIMARY KEY, version INTEGER NOT NULL,
            username TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL,
            folded_display TEXT NOT NULL, note TEXT NOT NULL, locked INTEGER NOT NULL, bot INTEGER NOT NULL,
            priority INTEGER NOT NULL, suspended INTEGER NOT NULL, created INTEGER NOT NULL,
            email TEXT UNIQUE, password_hash TEXT);
        CREATE INDEX accounts_by_display ON accounts (folded_display) WHERE folded_display <> '';

        """

    /// A row stays when the follow ends: its version tells a late, older follow from a new one.
    private static let follows = """
        CREATE TABLE follows (
            follower INTEGER NOT NULL, followee INTEGER NOT NULL, version INTEGER NOT NULL, active INTEGER NOT NULL,
            show_reblogs INTEGER NOT NULL, notify INTEGER NOT NULL,
            PRIMARY KEY (follower, followee)) WITHOUT ROWID;
        CREATE INDEX follows_by_followee ON follows (followee, follower) WHERE active = 1;
        CREATE TABLE follow_counts (
            account INTEGER PRIMARY KEY, followers INTEGER NOT NULL, following INTEGER NOT NULL);

        """

    private static let access = """
        CREATE TABLE applications (
            id INTEGER PRIMARY KEY, version INTEGER NOT NULL, name TEXT NOT NULL, website TEXT NOT NULL,
            redirect_uris TEXT NOT NULL, scopes TEXT NOT NULL, client_id TEXT NOT NULL UNIQUE,
            client_secret_hash BLOB NOT NULL);
        CREATE TABLE tokens (
            hash BLOB NOT NULL PRIMARY KEY, version INTEGER NOT NULL, application INTEGER NOT NULL,
            account INTEGER NOT NULL, scopes TEXT NOT NULL, created INTEGER NOT NULL, revoked INTEGER NOT NULL
            ) WITHOUT ROWID;
        CREATE INDEX tokens_by_account ON tokens (account) WHERE account <> 0;

        """

    /// Rows stay when a block ends, for their version; so it is with mutes and filters.
    private static let blocks = """
        CREATE TABLE blocks (
            blocker INTEGER NOT NULL, blocked INTEGER NOT NULL, version INTEGER NOT NULL, active INTEGER NOT NULL,
            PRIMARY KEY (blocker, blocked)) WITHOUT ROWID;
        CREATE INDEX blocks_by_version ON blocks (blocker, version) WHERE active = 1;
        CREATE INDEX blocks_by_blocked ON blocks (blocked, blocker) WHERE active = 1;

        """

    /// `until` is 0 for a mute without an end.
    private static let mutes = """
        CREATE TABLE mutes (
            muter INTEGER NOT NULL, muted INTEGER NOT NULL, version INTEGER NOT NULL, active INTEGER NOT NULL,
            until INTEGER NOT NULL, hides_notifications INTEGER NOT NULL,
            PRIMARY KEY (muter, muted)) WITHOUT ROWID;
        CREATE INDEX mutes_by_version ON mutes (muter, version) WHERE active = 1;

        """

    /// `event` is the fact that set the filter, as it stands in the topic `accounts`; NULL once it was removed.
    private static let filters = """
        CREATE TABLE filters (
            owner INTEGER NOT NULL, id INTEGER NOT NULL, version INTEGER NOT NULL, event BLOB,
            PRIMARY KEY (owner, id)) WITHOUT ROWID;
        """

    /// Operators' decisions, a row each; `flag` is a raw value of `Standing.Flag`, or 100 for a deleted account.
    private static let standings = """
        CREATE TABLE standings (
            account INTEGER NOT NULL, flag INTEGER NOT NULL, version INTEGER NOT NULL, is_on INTEGER NOT NULL,
            PRIMARY KEY (account, flag)) WITHOUT ROWID;
        """

    /// What was imported in bulk: a list (`IdentifierList`) for each follower and event. A row of `follows` for one of
    /// its pairs holds instead of the list.
    private static let followLists = """
        CREATE TABLE follow_lists (
            follower INTEGER NOT NULL, version INTEGER NOT NULL, followees BLOB NOT NULL,
            PRIMARY KEY (follower, version)) WITHOUT ROWID;
        CREATE INDEX standings_deleted ON standings (account) WHERE flag = 100;
        """

    /// `token` is the hash of what the code was exchanged for; empty until then. A use that comes before its issue makes
    /// the row, so that the code stays used.
    private static let authorizations = """
        CREATE TABLE authorizations (
            code BLOB NOT NULL PRIMARY KEY, version INTEGER NOT NULL, application INTEGER NOT NULL,
            account INTEGER NOT NULL, scopes TEXT NOT NULL, redirect_uri TEXT NOT NULL, challenge TEXT NOT NULL,
            created INTEGER NOT NULL, token BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX authorizations_by_created ON authorizations (created);
        CREATE INDEX authorizations_by_account ON authorizations (account);
        """

    /// A row for each field that was ever changed; `field` is a raw value of `Profile.Field`. What has no row is as in
    /// `accounts`, where the name and the note are written as well, for searching.
    private static let profiles = """
        CREATE TABLE profiles (
            account INTEGER NOT NULL, field INTEGER NOT NULL, version INTEGER NOT NULL, value BLOB NOT NULL,
            PRIMARY KEY (account, field)) WITHOUT ROWID;

        """

    /// Rows stay when a request ends, for their version. The two indexes on `follows` are for pages of followers.
    private static let followRequests = """
        CREATE TABLE follow_requests (
            follower INTEGER NOT NULL, followee INTEGER NOT NULL, version INTEGER NOT NULL, active INTEGER NOT NULL,
            show_reblogs INTEGER NOT NULL, notify INTEGER NOT NULL,
            PRIMARY KEY (follower, followee)) WITHOUT ROWID;
        CREATE INDEX follow_requests_by_followee ON follow_requests (followee, version) WHERE active = 1;
        CREATE INDEX follows_by_follower_version ON follows (follower, version) WHERE active = 1;
        CREATE INDEX follows_by_followee_version ON follows (followee, version) WHERE active = 1;

        """

    private static let accountNotes = """
        CREATE TABLE account_notes (
            owner INTEGER NOT NULL, target INTEGER NOT NULL, version INTEGER NOT NULL, text TEXT NOT NULL,
            PRIMARY KEY (owner, target)) WITHOUT ROWID;

        """

    /// For the operator. A release that does not know the table takes no reasons either.
    private static let signUpReasons = """
        CREATE TABLE sign_up_reasons (account INTEGER PRIMARY KEY, reason TEXT NOT NULL);
        """

    private static let conflicts = """
        CREATE TABLE conflicts (
            event INTEGER PRIMARY KEY, reason TEXT NOT NULL, bytes BLOB NOT NULL);
        """
}
