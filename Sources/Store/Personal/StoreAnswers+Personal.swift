internal import CanonicalStore
internal import Peers
internal import StatuscastModel

extension StoreAnswers {
    private static let attemptsMax = 3
    private static let factsMax: UInt32 = 1_000

    /// Judged here, against what is known, and held to it in the line: what has changed meanwhile is judged anew.
    func keepFact(_ request: PeerKeepFact) async throws(PeerError) -> PeerKeptFact {
        let asked = try request.read()
        if let repeated = try await repeated(asked) { return repeated }
        for _ in 0..<Self.attemptsMax {
            let known = try await kept(asked)
            guard let fact = try await judged(asked, known) else {
                return PeerKeptFact(known?.fact ?? asked, version: known?.version ?? EventID(rawValue: 0))
            }
            guard try await submit(fact, over: known) else { continue }
            let made = try await kept(fact)
            return PeerKeptFact(made?.fact ?? fact, version: made?.version ?? EventID(rawValue: 0))
        }
        throw Premise.void
    }

    func keptFacts(_ request: PeerKeptFactQuery) async throws(PeerError) -> [PeerKeptFact] {
        let owner = AccountID(rawValue: request.owner)
        guard let shelf = UInt8(exactly: request.shelf).flatMap(PersonalFact.Shelf.init(rawValue:)) else {
            throw PeerError(.invalid, "no shelf \(request.shelf)")
        }
        let page = RelationPage(
            below: request.below == 0 ? nil : EventID(rawValue: request.below),
            above: request.above == 0 ? nil : EventID(rawValue: request.above), fromOldest: request.fromOldest,
            limit: Int(min(request.limit, Self.factsMax)))
        let found = try await ask { () throws(StoreError) in
            guard request.key.isEmpty else {
                return try await users.kept(shelf, request.key, of: owner).map { [$0] } ?? []
            }
            return try await users.kept(shelf, of: owner, page)
        }
        if found.isEmpty { try mustKnowAll() }
        return found.map { PeerKeptFact($0.fact, version: $0.version) }
    }

    /// False where it has changed since.
    func submit(_ fact: PersonalFact, over known: KeptFact?) async throws(PeerError) -> Bool {
        do throws(PeerError) {
            try await line.submit(
                Change(
                    shard: users.shard(of: fact.owner), facts: [.personal(fact)],
                    premise: Premise(fact, version: known?.version)))
            return true
        } catch {
            if error == Premise.void { return false }
            throw error
        }
    }

    /// What the owner's lists and notifications say about what is shown.
    func addPersonal(to rules: inout PeerViewerRules, of owner: AccountID) async throws(PeerError) {
        let facts = try await ask { () throws(StoreError) in
            try await users.kept([.lists, .members, .dismissals], of: owner)
        }.map(\.fact)
        var members: [ListID: [UInt64]] = [:]
        var dismissed: [UInt64] = []
        for fact in facts {
            switch fact {
            case .listMember(let membership): members[membership.list, default: []].append(membership.account.rawValue)
            case .notificationsDismissed(let dismissal) where dismissal.isUpTo:
                rules.notificationsDismissedUpTo = dismissal.notification
            case .notificationsDismissed(let dismissal): dismissed.append(dismissal.notification)
            default: break
            }
        }
        rules.dismissedNotifications = dismissed.filter { $0 > rules.notificationsDismissedUpTo }
        for case .listSet(let list) in facts {
            var known = PeerViewerList()
            known.id = list.id.rawValue
            known.repliesPolicy = UInt32(list.repliesPolicy.rawValue)
            known.exclusive = list.isExclusive
            known.members = members[list.id] ?? []
            rules.lists.append(known)
        }
    }

    /// By facts that the delivery workers understand.
    func endFollowedTags(of owner: AccountID) async throws(PeerError) {
        let tags = try await ask { () throws(StoreError) in try await users.kept([.followedTags], of: owner) }
        guard !tags.isEmpty else { return }
        let facts = tags.map {
            AccountEvent.Change.personal(.tagFollowed(TagChoice(owner: owner, tag: $0.fact.key, isOn: false)))
        }
        try await line.submit(Change(shard: users.shard(of: owner), facts: facts))
    }

    /// What the same idempotency key has made before, as long as that waits.
    private func repeated(_ fact: PersonalFact) async throws(PeerError) -> PeerKeptFact? {
        guard case .scheduledSet(let asked) = fact, asked.id.rawValue == 0, !asked.draft.idempotencyKey.isEmpty else {
            return nil
        }
        let waiting = try await ask { () throws(StoreError) in try await users.kept([.scheduled], of: fact.owner) }
        return waiting.first { kept in
            guard case .scheduledSet(let other) = kept.fact else { return false }
            return other.draft.idempotencyKey == asked.draft.idempotencyKey
        }.map { PeerKeptFact($0.fact, version: $0.version) }
    }

    private func kept(_ fact: PersonalFact) async throws(PeerError) -> KeptFact? {
        try await ask { () throws(StoreError) in try await users.kept(fact.shelf, fact.key, of: fact.owner) }
    }
}
