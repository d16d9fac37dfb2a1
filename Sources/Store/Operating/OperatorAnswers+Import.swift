internal import CanonicalStore
internal import Peers
internal import StatuscastModel
internal import SystemClock

/// A bulk import: judged part by part like any other change, and laid down as facts that name many at once.
extension OperatorAnswers {
    /// Accounts of one fact, follows of one fact: so that an item stays far below its limit.
    private static let accountsOfFact = 500
    private static let followsOfFact = 20_000

    func importAccounts(_ request: PeerImportAccounts) async throws(PeerError) -> PeerImportedAccounts {
        try check(request)
        try answers.mustKnowAll()
        let scopes = try await scopes(of: request)
        let passwordHash = try await passwordHash(request.password)
        let known = try await knownAccounts(of: request)
        var answer = PeerImportedAccounts()
        var made: [AccountEvent.ImportedAccounts.Entry] = []
        var tokens: [AccountEvent.AccessToken] = []
        for entry in request.accounts {
            if let account = known[entry.username.lowercased()] {
                answer.ids.append(account.rawValue)
                if let token = try await missingToken(entry, account, scopes, request) { tokens.append(token) }
                continue
            }
            let id = AccountID(rawValue: try await answers.nextID())
            answer.ids.append(id.rawValue)
            let account = Account(
                id: id, username: entry.username, displayName: entry.displayName,
                createdUnixMilliseconds: UnixClock.milliseconds())
            made.append(.init(account: account, email: entry.email.lowercased(), tokenHash: Array(entry.tokenHash)))
        }
        answer.made = UInt32(made.count)
        let application = request.application == 0 ? nil : ApplicationID(rawValue: request.application)
        for (shard, entries) in Dictionary(grouping: made, by: { users.shard(of: $0.account.id) }) {
            let facts = entries.chunked(by: Self.accountsOfFact).map { entries in
                AccountEvent.Change.accountsImported(
                    .init(entries: entries, passwordHash: passwordHash, application: application, scopes: scopes))
            }
            try await answers.line.submit(Change(shard: shard, facts: facts))
        }
        for (shard, tokens) in Dictionary(grouping: tokens, by: { $0.account.map(users.shard(of:)) ?? 0 }) {
            try await answers.line.submit(Change(shard: shard, facts: tokens.map { .tokenIssued($0) }))
        }
        imports.exist(answer.ids.map(AccountID.init(rawValue:)))
        return answer
    }

    func importFollows(_ request: PeerImportFollows) async throws(PeerError) -> PeerImportedFollows {
        let lists = try lists(of: request)
        try answers.mustKnowAll()
        try await mustExist(lists)
        var answer = PeerImportedFollows()
        for (shard, lists) in Dictionary(grouping: lists, by: { users.shard(of: $0.follower) }) {
            let left = try await answers.ask { () throws(StoreError) in
                try await users.unfollowed(of: lists, shard: shard)
            }
            guard !left.isEmpty else { continue }
            try await answers.line.submit(Change(shard: shard, facts: Self.facts(left)))
            answer.made += UInt64(left.reduce(0) { $0 + $1.followees.count })
        }
        return answer
    }

    private func check(_ request: PeerImportAccounts) throws(PeerError) {
        guard request.accounts.count <= PeerLimits.importedAccounts else {
            throw PeerError(.invalid, "at most \(PeerLimits.importedAccounts) accounts are imported at once")
        }
        for entry in request.accounts {
            let password = request.password.isEmpty ? SignUpRules.acceptable : request.password
            var problems = SignUpRules.problems(username: entry.username, email: entry.email, password: password)
            if let problem = SignUpRules.problem(displayName: entry.displayName) { problems.append(problem) }
            guard entry.tokenHash.isEmpty || entry.tokenHash.count == 32 && request.application != 0 else {
                throw PeerError(.invalid, "a token's hash has 32 bytes, and its application is named")
            }
            guard problems.isEmpty else { throw SignUpRules.refusal(problems) }
        }
    }

    private func scopes(of request: PeerImportAccounts) async throws(PeerError) -> [String] {
        guard request.application != 0 else { return [] }
        let found = try await answers.ask { () throws(StoreError) in
            try await users.application(ApplicationID(rawValue: request.application))
        }
        guard let found else { throw PeerError(.invalidClient, "no such application") }
        return try Scopes.forToken(request.scopes, application: found.scopes)
    }

    private func passwordHash(_ password: String) async throws(PeerError) -> String {
        if password.isEmpty { return "" }
        if let known = imports.hash(of: password) { return known }
        let hash = try await answers.passwords.hash(password)
        imports.keep(hash, of: password)
        return hash
    }

    /// By folded name. Throws where a name is there with another address, or belonged to somebody who is deleted.
    private func knownAccounts(of request: PeerImportAccounts) async throws(PeerError) -> [String: AccountID] {
        let names = request.accounts.map(\.username)
        let found = try await answers.ask { () throws(StoreError) in try await users.operated(names: names) }
        guard !found.isEmpty else { return [:] }
        let emails = Dictionary(request.accounts.map { ($0.username.lowercased(), $0.email.lowercased()) }) { $1 }
        var known: [String: AccountID] = [:]
        for one in found {
            let name = one.stored.account.username.lowercased()
            guard !one.isDeleted, one.email == emails[name] else {
                throw PeerError(.invalid, "the name \(name) belongs to another account")
            }
            known[name] = one.stored.account.id
        }
        return known
    }

    private func missingToken(
        _ entry: PeerImportAccounts.Entry, _ account: AccountID, _ scopes: [String], _ request: PeerImportAccounts
    ) async throws(PeerError) -> AccountEvent.AccessToken? {
        guard !entry.tokenHash.isEmpty else { return nil }
        let hash = Array(entry.tokenHash)
        let known = try await answers.ask { () throws(StoreError) in try await users.token(hash: hash) }
        if known != nil { return nil }
        return AccountEvent.AccessToken(
            hash: hash, application: ApplicationID(rawValue: request.application), account: account, scopes: scopes,
            createdUnixMilliseconds: UnixClock.milliseconds())
    }

    private func lists(of request: PeerImportFollows) throws(PeerError) -> [AccountEvent.ImportedFollows] {
        guard request.lists.reduce(0, { $0 + $1.followees.count + 16 }) <= PeerLimits.importedFollowBytes else {
            throw PeerError(.invalid, "at most \(PeerLimits.importedFollowBytes) bytes of lists are imported at once")
        }
        var lists: [AccountEvent.ImportedFollows] = []
        for list in request.lists {
            let follower = AccountID(rawValue: list.follower)
            let followees: [AccountID]
            do throws(DecodeError) {
                followees = try IdentifierList.decoded(Array(list.followees)[...])
            } catch {
                throw PeerError(.invalid, "what account \(follower) follows cannot be read: \(error)")
            }
            guard !followees.contains(follower) else {
                throw PeerError(.invalid, "account \(follower) cannot follow itself")
            }
            for part in followees.chunked(by: AccountEvent.ImportedFollows.followeesMax) {
                lists.append(.init(follower: follower, followees: part))
            }
        }
        return lists
    }

    private func mustExist(_ lists: [AccountEvent.ImportedFollows]) async throws(PeerError) {
        let unknown = imports.unknown(lists)
        guard !unknown.isEmpty else { return }
        let existing = try await answers.ask { () throws(StoreError) in try await users.existing(Array(unknown)) }
        if let missing = unknown.subtracting(existing).min() {
            throw PeerError(.notFound, "there is no account \(missing)")
        }
        imports.exist(existing)
    }

    /// Each follower at most once in a fact.
    private static func facts(_ lists: [AccountEvent.ImportedFollows]) -> [AccountEvent.Change] {
        var facts: [AccountEvent.Change] = []
        var open: [AccountEvent.ImportedFollows] = []
        var follows = 0
        var named: Set<AccountID> = []
        for list in lists {
            if !open.isEmpty, follows + list.followees.count > followsOfFact || named.contains(list.follower) {
                facts.append(.followsImported(open))
                open = []
                follows = 0
                named = []
            }
            open.append(list)
            follows += list.followees.count
            named.insert(list.follower)
        }
        if !open.isEmpty { facts.append(.followsImported(open)) }
        return facts
    }
}

extension Array {
    /// In their order, the last part may be shorter.
    fileprivate func chunked(by count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
