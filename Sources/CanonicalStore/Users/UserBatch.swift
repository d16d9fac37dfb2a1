internal import Foundation
internal import GRDB
internal import StatuscastModel

/// Applies facts about users inside one transaction. Counters follow from rows that come and go, never from events.
struct UserBatch {
    var counts = AppliedCounts()
    var followers: [AccountID: Int] = [:]
    var following: [AccountID: Int] = [:]
    var users = 0
    private var highest: UInt64 = 0
    /// Read when an import needs them.
    var deleted: Set<AccountID>?

    mutating func apply(_ event: AccountEvent, _ db: Database) throws {
        highest = max(highest, event.id.rawValue)
        let hasChanged: Bool
        switch event.change {
        case .accountCreated(let account, let credentials):
            hasChanged = try create(account, credentials, event, db)
        case .accountChanged(let account): hasChanged = try change(account, event, db)
        case .followed(let follow):
            hasChanged = try setFollow(follow, isActive: true, version: event.id, db)
        case .unfollowed(let follower, let followee):
            let follow = AccountEvent.Follow(follower: follower, followee: followee)
            hasChanged = try setFollow(follow, isActive: false, version: event.id, db)
            try PersonalRows.endMemberships(of: followee, inListsOf: follower, version: event.id, db)
        case .applicationRegistered(let application): hasChanged = try register(application, event, db)
        case .tokenIssued(let token): hasChanged = try issue(token, version: event.id, db)
        case .tokenRevoked(let hash): hasChanged = try revoke(hash, version: event.id, db)
        case .blocked(let blocker, let blocked):
            hasChanged = try RuleRows.setBlock(blocker, blocked, isActive: true, version: event.id, db)
        case .unblocked(let blocker, let blocked):
            hasChanged = try RuleRows.setBlock(blocker, blocked, isActive: false, version: event.id, db)
        case .muted(let mute): hasChanged = try RuleRows.setMute(mute, isActive: true, version: event.id, db)
        case .unmuted(let muter, let muted):
            let mute = Mute(muter: muter, muted: muted)
            hasChanged = try RuleRows.setMute(mute, isActive: false, version: event.id, db)
        case .filterSet(let filter):
            hasChanged = try RuleRows.setFilter(filter.owner, filter.id, event, isActive: true, db)
        case .filterRemoved(let owner, let filter):
            hasChanged = try RuleRows.setFilter(owner, filter, event, isActive: false, db)
        case .standingChanged(let standing): hasChanged = try decide(standing, version: event.id, db)
        case .accountDeleted(let account): hasChanged = try delete(account, version: event.id, db)
        case .accountsImported(let accounts): hasChanged = try importAccounts(accounts, event, db)
        case .followsImported(let lists): hasChanged = try importFollows(lists, version: event.id, db)
        case .profileChanged(let profile): hasChanged = try PeopleRows.setProfile(profile, version: event.id, db)
        case .followRequested(let follow):
            hasChanged = try PeopleRows.setRequest(follow, isActive: true, version: event.id, db)
        case .followRequestEnded(let follower, let followee):
            let follow = AccountEvent.Follow(follower: follower, followee: followee)
            hasChanged = try PeopleRows.setRequest(follow, isActive: false, version: event.id, db)
        case .noteSet(let note): hasChanged = try PeopleRows.setNote(note, version: event.id, db)
        case .authorizationIssued(let authorization):
            hasChanged = try AuthorizationRows.issue(authorization, version: event.id, db)
        case .authorizationUsed(let use): hasChanged = try AuthorizationRows.use(use, version: event.id, db)
        case .personal(let fact): hasChanged = try PersonalRows.set(fact, event, db)
        }
        if hasChanged { counts.applied += 1 } else { counts.repeated += 1 }
    }

    /// Writes the counters; call it once, before the transaction ends.
    func finish(_ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO follow_counts (account, followers, following) VALUES (?, ?, ?)
                ON CONFLICT (account) DO UPDATE SET
                    followers = followers + excluded.followers, following = following + excluded.following
                """)
        for account in Set(followers.keys).union(following.keys) {
            let (gained, added) = (followers[account] ?? 0, following[account] ?? 0)
            guard gained != 0 || added != 0 else { continue }
            try statement.execute(arguments: [account.sql, gained, added])
        }
        try SharedTables.add(users, to: "users", db)
        try db.cachedStatement(
            sql: """
                INSERT INTO totals (name, value) VALUES ('highest_version', ?)
                ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)
                """
        ).execute(arguments: [Int64(bitPattern: highest)])
    }

    mutating func create(
        _ account: Account, _ credentials: AccountEvent.Credentials, _ event: AccountEvent, _ db: Database
    ) throws -> Bool {
        let id = account.id.sql
        if let other = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM accounts WHERE (folded = ? OR email = ?) AND id <> ?"),
            arguments: [account.username.lowercased(), credentials.email, id])
        {
            try keepConflict(
                event,
                "account \(account.id) wants the name \(account.username) or the e-mail address of account \(other)",
                db)
            return false
        }
        let isNew = try change(account, event, db)
        if try StandingTable.isDeleted(account.id, db) { return isNew }
        try db.cachedStatement(
            sql: "UPDATE accounts SET email = ?, password_hash = ? WHERE id = ? AND email IS NULL"
        ).execute(arguments: [credentials.email, credentials.passwordHash, id])
        let isFirst = db.changesCount > 0
        if isFirst { try PeopleRows.keepReason(credentials.reason, of: account.id, db) }
        return isNew || isFirst
    }

    private mutating func change(_ account: Account, _ event: AccountEvent, _ db: Database) throws -> Bool {
        let known = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT version FROM accounts WHERE id = ?"), arguments: [account.id.sql])
        if let known, known >= event.id.sql { return false }
        let isDeleted = try StandingTable.isDeleted(account.id, db)
        // Of a deleted account only the name is kept.
        if isDeleted && known != nil { return false }
        let account = isDeleted ? Account(namedLike: account) : account
        let isTaken = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM accounts WHERE folded = ? AND id <> ?"),
            arguments: [account.username.lowercased(), account.id.sql])
        if let other = isTaken {
            try keepConflict(event, "account \(account.id) wants the name \(account.username) of account \(other)", db)
            return false
        }
        try db.cachedStatement(
            sql: """
                INSERT INTO accounts (id, version, username, folded, display_name, folded_display, note, locked, bot,
                    priority, suspended, created)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    version = excluded.version, username = excluded.username, folded = excluded.folded,
                    display_name = excluded.display_name, folded_display = excluded.folded_display,
                    note = excluded.note, locked = excluded.locked, bot = excluded.bot,
                    priority = excluded.priority, suspended = excluded.suspended
                """
        ).execute(arguments: [
            account.id.sql, event.id.sql, account.username, account.username.lowercased(), account.displayName,
            account.displayName.lowercased(), account.note, account.locked, account.bot, account.priority,
            account.suspended, Int64(bitPattern: account.createdUnixMilliseconds),
        ])
        try PeopleRows.copyNames(of: account.id, db)
        if known == nil && !isDeleted { users += 1 }
        return true
    }

    private mutating func setFollow(
        _ follow: AccountEvent.Follow, isActive: Bool, version: EventID, _ db: Database
    ) throws -> Bool {
        let key: StatementArguments = [follow.follower.sql, follow.followee.sql]
        let known = try knownFollow(follow.follower, follow.followee, db)
        if let known, known.version >= version.sql { return false }
        // A follow may come late, when one of the two is deleted already.
        let isActive =
            try isActive && !StandingTable.isDeleted(follow.follower, db)
            && !StandingTable.isDeleted(follow.followee, db)
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO follows (follower, followee, version, active, show_reblogs, notify)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: key + [version.sql, isActive, follow.showReblogs, follow.notify])
        let delta = (isActive ? 1 : 0) - (known?.isActive ?? false ? 1 : 0)
        followers[follow.followee, default: 0] += delta
        following[follow.follower, default: 0] += delta
        return true
    }

    /// What the row says, and without one the newest list.
    private func knownFollow(
        _ follower: AccountID, _ followee: AccountID, _ db: Database
    ) throws -> (version: Int64, isActive: Bool)? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT version, active FROM follows WHERE follower = ? AND followee = ?"),
            arguments: [follower.sql, followee.sql])
        if let row { return (row[0], row[1]) }
        return try FollowLists.version(follower, followee, db).map { ($0, true) }
    }

    private mutating func register(
        _ application: AccountEvent.Application, _ event: AccountEvent, _ db: Database
    ) throws -> Bool {
        try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO applications
                    (id, version, name, website, redirect_uris, scopes, client_id, client_secret_hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            Int64(bitPattern: application.id.rawValue), event.id.sql, application.name, application.website,
            application.redirectURIs.joined(separator: "\n"), application.scopes.joined(separator: " "),
            application.clientID, Data(application.clientSecretHash),
        ])
        return db.changesCount > 0
    }

    /// Revoked stays revoked, whatever comes later.
    func issue(_ token: AccountEvent.AccessToken, version: EventID, _ db: Database) throws -> Bool {
        let isOver = try token.account.map { try StandingTable.isDeleted($0, db) } ?? false
        try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO tokens (hash, version, application, account, scopes, created, revoked)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            Data(token.hash), version.sql, Int64(bitPattern: token.application.rawValue), token.account?.sql ?? 0,
            token.scopes.joined(separator: " "), Int64(bitPattern: token.createdUnixMilliseconds), isOver,
        ])
        return db.changesCount > 0
    }

    private func revoke(_ hash: [UInt8], version: EventID, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                INSERT INTO tokens (hash, version, application, account, scopes, created, revoked)
                VALUES (?, ?, 0, 0, '', 0, 1)
                ON CONFLICT (hash) DO UPDATE SET version = excluded.version, revoked = 1 WHERE revoked = 0
                """
        ).execute(arguments: [Data(hash), version.sql])
        return db.changesCount > 0
    }

    private mutating func keepConflict(_ event: AccountEvent, _ reason: String, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO conflicts (event, reason, bytes) VALUES (?, ?, ?)")
            .execute(arguments: [event.id.sql, reason, Data(event.encoded())])
        if db.changesCount > 0 { counts.conflicts.append(reason) }
    }
}

extension Account {
    /// What is kept of a deleted account.
    fileprivate init(namedLike other: Account) {
        self.init(id: other.id, username: other.username, createdUnixMilliseconds: other.createdUnixMilliseconds)
    }
}

extension Identifier {
    /// Ids have 63 bits, so their order is SQLite's.
    var sql: Int64 { Int64(bitPattern: rawValue) }

    init(sql: Int64) { self.init(rawValue: UInt64(bitPattern: sql)) }
}
