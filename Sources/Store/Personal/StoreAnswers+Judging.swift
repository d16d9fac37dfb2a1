internal import CanonicalStore
internal import Peers
internal import StatuscastModel
internal import SystemClock

/// What an account may keep.
extension StoreAnswers {
    private static let unknown = PeerError(.notFound, "Record not found")

    /// The fact to be appended; nil where everything is so already.
    func judged(_ fact: PersonalFact, _ known: KeptFact?) async throws(PeerError) -> PersonalFact? {
        switch fact {
        case .listSet(let list): return .listSet(try await judged(list, known))
        case .listRemoved: return try mustKnow(known, fact)
        case .listMember(let membership): return try await judged(membership, known)
        case .tagFollowed(let choice):
            guard choice.isOn != (known != nil) else { return nil }
            if choice.isOn { try await mustHaveRoom(fact, Limits.followedTagsPerAccount, "followed tags") }
            return fact
        case .tagFeatured(let choice):
            guard choice.isOn else { return known == nil ? nil : fact }
            guard known == nil else { throw PeerError(.invalid, "Validation failed: Tag has already been taken") }
            try await mustHaveRoom(fact, Limits.featuredTagsPerAccount, "featured hashtags")
            return fact
        case .markerSet(var marker):
            if case .markerSet(let before)? = known?.fact { marker.count = before.count + 1 }
            return .markerSet(marker)
        case .scheduledSet(let scheduled): return try await judged(scheduled, known)
        case .scheduledRemoved:
            try mustWait(known)
            return try mustKnow(known, fact)
        case .conversationState: return fact
        case .notificationsDismissed(let dismissal):
            if !dismissal.isUpTo {
                try await mustHaveRoom(fact, Limits.dismissalsPerAccount, "dismissed notifications")
            }
            return fact
        }
    }

    private func judged(_ list: StatusList, _ known: KeptFact?) async throws(PeerError) -> StatusList {
        guard list.title.contains(where: { !$0.isWhitespace }) else {
            throw PeerError(.invalid, "Validation failed: Title can't be blank")
        }
        guard list.title.count <= Limits.listTitleCharacters else {
            throw PeerError(.invalid, "Validation failed: Title is too long")
        }
        var list = list
        if list.id.rawValue == 0 {
            try await mustHaveRoom(.listSet(list), Limits.listsPerAccount, "lists")
            list.id = ListID(rawValue: try await nextID())
        } else if known == nil {
            throw try unknownFact()
        }
        return list
    }

    /// Only whom the owner follows can be in a list: its page is a part of the home.
    private func judged(_ membership: ListMembership, _ known: KeptFact?) async throws(PeerError) -> PersonalFact? {
        let lists = try await ask { () throws(StoreError) in
            try await users.kept(.lists, membership.list.description, of: membership.owner)
        }
        guard lists != nil else { throw try unknownFact() }
        guard membership.isOn else { return known == nil ? nil : .listMember(membership) }
        guard known == nil else { throw PeerError(.invalid, "Validation failed: Account has already been taken") }
        guard try await relationship(membership.owner, membership.account).following != nil else {
            throw try unknownFact()
        }
        let members = try await ask { () throws(StoreError) in try await users.kept([.members], of: membership.owner) }
        let here = members.count {
            if case .listMember(let other) = $0.fact { other.list == membership.list } else { false }
        }
        guard here < Limits.membersPerList else { throw Self.isFull("accounts in a list") }
        return .listMember(membership)
    }

    private func judged(_ scheduled: ScheduledStatus, _ known: KeptFact?) async throws(PeerError) -> PersonalFact? {
        guard scheduled.dueUnixMilliseconds > UnixClock.milliseconds() else {
            throw PeerError(.invalid, "Validation failed: Scheduled at The scheduled date must be in the future")
        }
        guard scheduled.id.rawValue == 0 else {
            try mustWait(known)
            guard case .scheduledSet(var changed)? = known?.fact else { throw try unknownFact() }
            changed.dueUnixMilliseconds = scheduled.dueUnixMilliseconds
            return .scheduledSet(changed)
        }
        try await mustHaveRoom(.scheduledSet(scheduled), Limits.scheduledPerAccount, "scheduled statuses")
        var new = scheduled
        new.id = ScheduledID(rawValue: try await nextID())
        return .scheduledSet(new)
    }

    /// What is being published is not there any more for its author.
    private func mustWait(_ known: KeptFact?) throws(PeerError) {
        if case .scheduledSet(let scheduled)? = known?.fact, scheduled.status != nil { throw Self.unknown }
    }

    private func mustKnow(_ known: KeptFact?, _ fact: PersonalFact) throws(PeerError) -> PersonalFact {
        guard known != nil else { throw try unknownFact() }
        return fact
    }

    private func unknownFact() throws(PeerError) -> PeerError {
        try mustKnowAll()
        return Self.unknown
    }

    private func mustHaveRoom(_ fact: PersonalFact, _ limit: Int, _ what: String) async throws(PeerError) {
        let count = try await ask { () throws(StoreError) in try await users.kept([fact.shelf], of: fact.owner).count }
        guard count < limit else { throw Self.isFull(what) }
    }

    private static func isFull(_ what: String) -> PeerError {
        PeerError(.invalid, "Validation failed: Limit of \(what) is reached")
    }
}
