internal import CanonicalStore
internal import Peers
internal import StatuscastModel
internal import SystemClock

/// What the operator's command is answered: everything about accounts, and the changes that only an operator makes.
struct OperatorAnswers: OperatorService {
    /// Facts of one change: what an account follows is ended in portions of this size.
    static let factsMax = 1_000
    static let pageMax = 500

    let answers: StoreAnswers
    let imports = ImportMemory()

    var users: UserStore { answers.users }

    func find(_ request: PeerFindAccounts) async throws(PeerError) -> [PeerOperatorAccount] {
        let ids = request.ids.map(AccountID.init(rawValue:))
        let found = try await answers.ask { () throws(StoreError) in
            try await users.operated(ids: ids, names: request.usernames)
        }
        if found.count < Set(ids).count + Set(request.usernames).count { try answers.mustKnowAll() }
        return try await counted(found)
    }

    func list(_ request: PeerListAccounts) async throws(PeerError) -> [PeerOperatorAccount] {
        let found = try await answers.ask { () throws(StoreError) in
            try await users.operated(
                state: AccountState(request.state), namePrefix: request.namePrefix,
                after: AccountID(rawValue: request.after), limit: min(Int(request.limit), Self.pageMax))
        }
        return try await counted(found)
    }

    func signUp(_ request: PeerOperatorSignUp) async throws(PeerError) -> PeerOperatorAccount {
        var problems = SignUpRules.problems(
            username: request.username, email: request.email, password: request.password)
        if let problem = SignUpRules.problem(displayName: request.displayName) { problems.append(problem) }
        guard problems.isEmpty else { throw SignUpRules.refusal(problems) }
        let id = AccountID(rawValue: try await answers.nextID())
        let account = Account(
            id: id, username: request.username, displayName: request.displayName, bot: request.bot,
            priority: request.priority, createdUnixMilliseconds: UnixClock.milliseconds())
        let credentials = try await answers.freeCredentials(
            of: account, email: request.email, password: request.password)
        try await answers.line.submit(
            Change(shard: users.shard(of: id), facts: [.accountCreated(account, credentials)]))
        return try await one(id)
    }

    func changeStanding(_ request: PeerChangeStanding) async throws(PeerError) -> PeerOperatorAccount {
        let id = AccountID(rawValue: request.account)
        guard let flag = Standing.Flag(request.flag) else { throw PeerError(.unsupported, "an unknown flag") }
        let before = try await one(id)
        guard !before.account.deleted else { throw PeerError(.notFound, "\(before.account.username) is deleted") }
        try await answers.line.submit(
            Change(
                shard: users.shard(of: id),
                facts: [.standingChanged(Standing.Change(account: id, flag: flag, isOn: request.isOn))]))
        return try await one(id)
    }

    /// First what it follows ends, by facts that the delivery workers understand; then the account, in every shard, its
    /// own the last: what says "deleted" has been deleted everywhere, and a delete that broke off goes on when it is asked
    /// for again.
    func delete(_ request: PeerDeleteAccount) async throws(PeerError) -> PeerOperatorAccount {
        let id = AccountID(rawValue: request.account)
        let before = try await one(id)
        if before.account.deleted { return before }
        // From here on it cannot follow anybody any more.
        try await answers.line.submit(
            Change(
                shard: users.shard(of: id),
                facts: [.standingChanged(Standing.Change(account: id, flag: .suspended, isOn: true))]))
        while true {
            let followed = try await answers.ask { () throws(StoreError) in
                try await users.followed(by: id, limit: Self.factsMax)
            }
            if followed.isEmpty { break }
            try await answers.line.submit(
                Change(
                    shard: users.shard(of: id), facts: followed.map { .unfollowed(follower: id, followee: $0) }))
        }
        try await answers.endFollowedTags(of: id)
        let own = users.shard(of: id)
        for shard in (0..<users.shardCount).filter({ $0 != own }) + [own] {
            try await answers.line.submit(Change(shard: shard, facts: [.accountDeleted(id)]))
        }
        return try await one(id)
    }

    private func one(_ id: AccountID) async throws(PeerError) -> PeerOperatorAccount {
        let found = try await answers.ask { () throws(StoreError) in try await users.operated(ids: [id]) }
        guard let account = try await counted(found).first else {
            try answers.mustKnowAll()
            throw PeerError(.notFound, "there is no account \(id)")
        }
        return account
    }

    private func counted(_ found: [OperatedAccount]) async throws(PeerError) -> [PeerOperatorAccount] {
        let counts = try await answers.ask { () throws(StoreError) in
            try await answers.messages.counts(of: found.map(\.stored.account.id))
        }
        return found.map { one in
            var answer = PeerOperatorAccount()
            answer.account = PeerAccount(one.stored, counts[one.stored.account.id] ?? AuthorCounts())
            answer.account.deleted = one.isDeleted
            answer.email = one.email
            answer.reason = one.reason
            return answer
        }
    }
}

extension Standing.Flag {
    fileprivate init?(_ flag: PeerChangeStanding.Flag) {
        switch flag {
        case .priorityLane: self = .priority
        case .suspension: self = .suspended
        case .silence: self = .silenced
        case .pendingApproval: self = .pending
        case .none, .UNRECOGNIZED: return nil
        }
    }
}

extension AccountState {
    fileprivate init(_ state: PeerListAccounts.State) {
        switch state {
        case .active: self = .active
        case .suspended: self = .suspended
        case .silenced: self = .silenced
        case .priority: self = .priority
        case .deleted: self = .deleted
        case .pending: self = .pending
        case .any, .UNRECOGNIZED: self = .any
        }
    }
}
