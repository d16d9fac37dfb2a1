import Foundation
import Peers
import StatuscastModel
import SwiftProtobuf
import Synchronization

/// Profiles, follow requests, notes and lists of followers of the store in memory.
extension StubStore: PeopleService {
    struct People {
        /// Follower and followee, in the order in which they asked.
        var requests: [[UInt64]] = []
        var notes: [[UInt64]: String] = [:]
        var tags: [String] = []
        var suggested: [UInt64] = []
        var changes: [PeerChangeProfile] = []
        var reasons: [String] = []
    }

    func ownAccount(_ request: PeerOwnAccountQuery) async throws(PeerError) -> PeerOwnAccount {
        let account = state.withLock { $0.accounts[request.account] }
        guard let account else { throw PeerError(.notFound, "nobody") }
        let waiting = people.withLock { $0.requests.count { $0[1] == request.account } }
        return .with {
            $0.account = account
            $0.followRequestsCount = UInt64(waiting)
        }
    }

    func changeProfile(_ request: PeerChangeProfile) async throws(PeerError) -> PeerOwnAccount {
        people.withLock { $0.changes.append(request) }
        if request.displayName == "too long" {
            throw PeerError(
                .invalid, "Validation failed: Display name is too long",
                problems: [.init(field: "display_name", error: "ERR_TOO_LONG", text: "is too long")])
        }
        state.withLock { state in
            guard var account = state.accounts[request.account] else { return }
            if request.hasDisplayName { account.displayName = request.displayName }
            if request.hasNote { account.note = request.note }
            if request.hasLocked { account.locked = request.locked }
            if request.hasBot { account.bot = request.bot }
            if request.hasAvatar { account.avatar = request.avatar }
            if request.hasHeader { account.header = request.header }
            if request.hasLinks { account.links = request.links.links }
            if request.hasPrivacy { account.privacy = request.privacy }
            if request.hasSensitive { account.sensitive = request.sensitive }
            if request.hasLanguage { account.language = request.language }
            state.accounts[request.account] = account
        }
        return try await ownAccount(.with { $0.account = request.account })
    }

    func followRequests(_ request: PeerRelationQuery) async throws(PeerError) -> [PeerRelation] {
        people.withLock { $0.requests.filter { $0[1] == request.account }.map { relation($0[0]) } }
    }

    func answerFollowRequest(_ request: PeerAnswerFollowRequest) async throws(PeerError) -> PeerRelationship {
        let pair = [request.follower, request.account]
        let waited = people.withLock { people in
            let waited = people.requests.contains(pair)
            people.requests.removeAll { $0 == pair }
            return waited
        }
        guard waited else { throw PeerError(.notFound, "Record not found") }
        if request.accept { state.withLock { _ = $0.follows.insert(pair) } }
        return try await relationship(request.account, request.follower)
    }

    func removeFollower(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship {
        state.withLock { _ = $0.follows.remove([request.target, request.account]) }
        return try await relationship(request.account, request.target)
    }

    func setAccountNote(_ request: PeerSetAccountNote) async throws(PeerError) -> PeerRelationship {
        people.withLock { $0.notes[[request.owner, request.target]] = request.text }
        return try await relationship(request.owner, request.target)
    }

    func followList(_ request: PeerFollowListQuery) async throws(PeerError) -> [PeerRelation] {
        let (mine, theirs) = request.followers ? (1, 0) : (0, 1)
        let found = state.withLock { $0.follows.filter { $0[mine] == request.page.account }.map { $0[theirs] } }
        let page = found.sorted(by: >).filter { request.page.below == 0 || $0 < request.page.below }
        return page.prefix(Int(request.page.limit)).map(relation)
    }

    func familiarFollowers(_ request: PeerRelationshipQuery) async throws(PeerError) -> [PeerFamiliarFollowers] {
        state.withLock { state in
            request.accounts.map { id in
                .with {
                    $0.account = id
                    $0.followers = state.follows.filter {
                        $0[1] == id && state.follows.contains([request.viewer, $0[0]])
                    }.map { $0[0] }
                }
            }
        }
    }

    func searchTags(_ request: PeerTagSearch) async throws(PeerError) -> [String] {
        people.withLock { $0.tags.filter { $0.hasPrefix(request.prefix) } }
    }

    func suggestions(_ request: PeerSuggestionQuery) async throws(PeerError) -> [AccountID] {
        people.withLock { $0.suggested.prefix(Int(request.limit)).map(AccountID.init(rawValue:)) }
    }

    private func relation(_ account: UInt64) -> PeerRelation {
        .with {
            $0.account = account
            $0.cursor = account
        }
    }

    private func relationship(_ viewer: UInt64, _ other: UInt64) async throws(PeerError) -> PeerRelationship {
        let query = PeerRelationshipQuery.with {
            $0.viewer = viewer
            $0.accounts = [other]
        }
        return try await relationships(query).first ?? PeerRelationship()
    }
}
