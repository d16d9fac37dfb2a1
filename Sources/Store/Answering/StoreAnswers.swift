internal import CanonicalStore
internal import HashRing
internal import Lease
internal import Logging
internal import Peers
internal import Queue
internal import StatuscastModel
internal import Synchronization

/// What the other roles are answered: look-ups from the files, changes through the line.
struct StoreAnswers: StoreService {
    let users: UserStore
    let messages: MessageStore
    let line: ChangeLine
    let catchUp: CatchUp
    let issuer: IdentifierIssuer
    let passwords: Passwords
    let counts: RecentCounts
    let queue: any Queue
    /// Of the topics `receive` and `accepted`.
    let partitions: PartitionCount

    func accounts(ids: [AccountID]) async throws(PeerError) -> [PeerAccount] {
        let found = try await ask { () throws(StoreError) in try await users.accounts(ids) }
        if found.count < Set(ids).count { try mustKnowAll() }
        return try await counted(ids.compactMap { found[$0] })
    }

    func accounts(named names: [String]) async throws(PeerError) -> [PeerAccount] {
        let found = try await ask { () throws(StoreError) in try await users.accounts(named: names) }
        if found.count < Set(names.map { $0.lowercased() }).count { try mustKnowAll() }
        let byName = Dictionary(found.map { ($0.account.username.lowercased(), $0) }) { first, _ in first }
        return try await counted(names.compactMap { byName[$0.lowercased()] })
    }

    func searchAccounts(_ request: PeerAccountSearch) async throws(PeerError) -> [PeerAccount] {
        let name = request.query.hasPrefix("@") ? String(request.query.dropFirst()) : request.query
        let found = try await ask { () throws(StoreError) in
            try await users.search(name, limit: Int(min(request.limit, 80)), offset: Int(min(request.offset, 10_000)))
        }
        return try await counted(found)
    }

    func relationships(_ request: PeerRelationshipQuery) async throws(PeerError) -> [PeerRelationship] {
        let ids = request.accounts.map(AccountID.init(rawValue:))
        let found = try await ask { () throws(StoreError) in
            try await users.relationships(of: AccountID(rawValue: request.viewer), to: ids)
        }
        if Set(found.map(\.account)).count < Set(ids).count { try mustKnowAll() }
        return found.map(PeerRelationship.init)
    }

    func statuses(ids: [StatusID]) async throws(PeerError) -> [PeerStoredStatus] {
        let found = try await ask { () throws(StoreError) in try await messages.statuses(ids) }
        return ids.compactMap { found[$0].map(PeerStoredStatus.init) }
    }

    /// Refused while the store is catching up: fronts take the answer for a sign that changes are judged.
    func instanceCounts() async throws(PeerError) -> PeerInstanceCounts {
        try mustKnowAll()
        if let recent = counts.current { return recent }
        let (users, messages) = (self.users, self.messages)
        let fresh = try await ask { () throws(StoreError) in
            var fresh = PeerInstanceCounts()
            fresh.users = UInt64(max(0, try await users.accountCount()))
            fresh.statuses = UInt64(max(0, try await messages.statusCount()))
            return fresh
        }
        counts.keep(fresh)
        return fresh
    }

    func authenticate(_ request: PeerAuthenticate) async throws(PeerError) -> PeerAuthenticated {
        let found = try await ask { () throws(StoreError) in try await users.token(hash: Array(request.tokenHash)) }
        var answer = PeerAuthenticated()
        guard let token = found else {
            try mustKnowAll()
            return answer
        }
        let application = try await ask { () throws(StoreError) in try await users.application(token.application) }
        answer.known = true
        answer.account = token.account?.rawValue ?? 0
        answer.application = token.application.rawValue
        answer.applicationName = application?.name ?? ""
        answer.applicationWebsite = application?.website ?? ""
        answer.scopes = token.scopes
        if let account = token.account {
            let stored = try await ask { () throws(StoreError) in try await users.accounts([account]) }
            answer.pending = stored[account]?.isPending ?? false
        }
        return answer
    }

    /// While the store is catching up, "unknown" is no answer.
    func mustKnowAll() throws(PeerError) {
        guard catchUp.isDone else { throw PeerError(.unavailable, "the store is catching up") }
    }

    func ask<T>(_ body: () async throws(StoreError) -> T) async throws(PeerError) -> T {
        do throws(StoreError) {
            return try await body()
        } catch {
            throw PeerError(error)
        }
    }

    private func counted(_ accounts: [StoredAccount]) async throws(PeerError) -> [PeerAccount] {
        let counts = try await ask { () throws(StoreError) in try await messages.counts(of: accounts.map(\.account.id))
        }
        return accounts.map { PeerAccount($0, counts[$0.account.id] ?? AuthorCounts()) }
    }
}

/// The instance's numbers, kept for three seconds.
final class RecentCounts: Sendable {
    private let kept = Mutex<(counts: PeerInstanceCounts, until: ContinuousClock.Instant)?>(nil)

    var current: PeerInstanceCounts? {
        kept.withLock { kept in kept.flatMap { ContinuousClock.now < $0.until ? $0.counts : nil } }
    }

    func keep(_ counts: PeerInstanceCounts) {
        kept.withLock { $0 = (counts, ContinuousClock.now + .seconds(3)) }
    }
}
