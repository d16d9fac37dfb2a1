internal import CanonicalStore
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

extension StoreAnswers: PeopleService {
    func ownAccount(_ request: PeerOwnAccountQuery) async throws(PeerError) -> PeerOwnAccount {
        let id = AccountID(rawValue: request.account)
        guard let account = try await accounts(ids: [id]).first else { throw FollowRequestRules.noRequest }
        var answer = PeerOwnAccount()
        answer.account = account
        answer.followRequestsCount = UInt64(
            max(0, try await ask { () throws(StoreError) in try await users.followRequestCount(to: id) }))
        return answer
    }

    func changeProfile(_ request: PeerChangeProfile) async throws(PeerError) -> PeerOwnAccount {
        let id = AccountID(rawValue: request.account)
        let stored = try await ask { () throws(StoreError) in try await users.accounts([id])[id] }
        guard let stored else {
            try mustKnowAll()
            throw FollowRequestRules.noRequest
        }
        let (profile, fields) = try ProfileRules.changed(stored.profile, by: request)
        if !fields.isEmpty {
            let change = ProfileChange(account: id, fields: fields, of: profile)
            try await line.submit(Change(shard: users.shard(of: id), facts: [.profileChanged(change)]))
        }
        if fields.contains(.locked), !profile.locked { try await acceptAll(of: id) }
        return try await ownAccount(.with { $0.account = request.account })
    }

    func setAccountNote(_ request: PeerSetAccountNote) async throws(PeerError) -> PeerRelationship {
        let (owner, target) = (AccountID(rawValue: request.owner), AccountID(rawValue: request.target))
        guard request.text.count <= Limits.accountNoteCharacters, request.text.utf8.count <= Limits.accountNoteBytes
        else { throw PeerError(.invalid, "Validation failed: Comment is too long") }
        let before = try await relationship(owner, target)
        if before.note == request.text { return PeerRelationship(before) }
        let note = AccountNote(owner: owner, target: target, text: request.text)
        try await line.submit(Change(shard: users.shard(of: owner), facts: [.noteSet(note)]))
        return PeerRelationship(try await relationship(owner, target))
    }

    func followList(_ request: PeerFollowListQuery) async throws(PeerError) -> [PeerRelation] {
        let (id, page) = (AccountID(rawValue: request.page.account), RelationPage(request.page))
        return try await ask { () throws(StoreError) in
            request.followers ? try await users.followers(of: id, page) : try await users.following(of: id, page)
        }.map(PeerRelation.init)
    }

    func familiarFollowers(_ request: PeerRelationshipQuery) async throws(PeerError) -> [PeerFamiliarFollowers] {
        let ids = request.accounts.prefix(20).map(AccountID.init(rawValue:))
        let found = try await ask { () throws(StoreError) in
            try await users.familiarFollowers(
                of: ids, to: AccountID(rawValue: request.viewer), limitEach: 10, followsMax: 1_000)
        }
        return ids.map { id in
            PeerFamiliarFollowers.with {
                $0.account = id.rawValue
                $0.followers = (found[id] ?? []).map(\.rawValue)
            }
        }
    }

    func suggestions(_ request: PeerSuggestionQuery) async throws(PeerError) -> [AccountID] {
        try await ask { () throws(StoreError) in
            try await users.suggestions(
                for: AccountID(rawValue: request.account), limit: Int(min(request.limit, 80)), followsMax: 100)
        }
    }

    func searchTags(_ request: PeerTagSearch) async throws(PeerError) -> [String] {
        try await ask { () throws(StoreError) in
            try await messages.tags(
                beginningWith: request.prefix, limit: Int(min(request.limit, 80)),
                offset: Int(min(request.offset, 10_000)))
        }
    }
}
