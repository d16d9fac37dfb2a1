internal import Foundation
internal import Logging
internal import Peers
internal import StatuscastModel
internal import SystemClock

/// Finds a status by its id: posted here a moment ago, seen in a mailbox, in the store, or at the front that issued it.
struct StatusLookup: Sendable {
    enum Outcome: Sendable {
        case found(Fragment, repliesCount: UInt32)
        /// It does not exist, was deleted or was refused.
        case absent
        /// It may exist, but who would know cannot be asked.
        case unknown
    }

    let recents: RecentStatuses
    let fragments: FragmentCache
    let tombstones: Tombstones
    let accounts: AccountCache
    let store: StoreAccess
    let directory: PeerDirectory
    let configuration: APIConfiguration
    let site: Site
    let ownNode: UInt16
    let logger: Logger

    /// Without asking anybody. Nil: not known here.
    func local(_ id: StatusID) -> Outcome? {
        if tombstones.contains(id.rawValue) { return .absent }
        if let recent = recents[id] {
            let fragment = recent.fragment(site: site)
            return tombstones.hides(fragment)
                ? .absent : .found(tombstones.newest(of: fragment), repliesCount: 0)
        }
        // Until the deletes are known, what is older may be one.
        guard tombstones.isLoaded else { return .unknown }
        guard let fragment = fragments.fragment(id.rawValue), fragment.record.kind == .status else { return nil }
        return tombstones.hides(fragment) ? .absent : .found(tombstones.newest(of: fragment), repliesCount: 0)
    }

    /// Enough to know who wrote it and who may see it.
    func findAny(_ id: StatusID) async -> Outcome {
        if let known = local(id) { return known }
        return await find(id)
    }

    /// Like `findAny`, but what a double with the same Idempotency-Key stands for comes out in place of it. Where the
    /// store does not say so in time, the double itself does.
    func findOriginal(_ id: StatusID) async -> Outcome {
        // Mailboxes and the store hold no doubles; one that was posted here is known to be one only to the store.
        guard let recent = recents[id], !recent.draft.idempotencyKey.isEmpty else { return await findAny(id) }
        return await find(id)
    }

    /// As good as can be had: what is known here is completed by the store if that answers soon.
    func find(_ id: StatusID) async -> Outcome { await find([id])[id] ?? .absent }

    /// Of many: the store is asked once for all of them, and then issuers at the same time for what it does not have,
    /// so that it takes no longer than for one.
    func find(_ ids: [StatusID]) async -> [StatusID: Outcome] { await find(ids, followingDoubles: true) }

    private func find(_ ids: [StatusID], followingDoubles: Bool) async -> [StatusID: Outcome] {
        var known: [StatusID: Outcome] = [:]
        for id in ids { known[id] = local(id) }
        let asked = Set(ids).filter { id in
            switch known[id] {
            case .absent, .unknown: false
            default: true
            }
        }
        guard !asked.isEmpty else { return known }
        let answer = await askStore(Array(asked), isBrief: asked.allSatisfy { known[$0] != nil })
        let stored = answer.map { Dictionary($0.map { ($0.id, $0) }, uniquingKeysWith: { $1 }) }
        let local = known
        return await withTaskGroup(of: (StatusID, Outcome).self) { group in
            for id in asked {
                let row = stored?[id.rawValue]
                group.addTask {
                    // A double is never of a double: the judge names the first status of the key.
                    if followingDoubles, let original = row?.aliasOf, original != 0 {
                        return (id, await findOnce(StatusID(rawValue: original)))
                    }
                    return (id, await outcome(of: id, local[id], row, storeAnswered: stored != nil))
                }
            }
            return await group.reduce(into: known) { $0[$1.0] = $1.1 }
        }
    }

    private func findOnce(_ id: StatusID) async -> Outcome {
        await find([id], followingDoubles: false)[id] ?? .absent
    }

    /// Nil where the store cannot be asked.
    private func askStore(_ ids: [StatusID], isBrief: Bool) async -> [PeerStoredStatus]? {
        if isBrief {
            return await store.askBriefly { (store) throws(PeerError) in try await store.statuses(ids: ids) }
        }
        return try? await store.ask { (store) throws(PeerError) in try await store.statuses(ids: ids) }
    }

    private func outcome(
        of id: StatusID, _ known: Outcome?, _ stored: PeerStoredStatus?, storeAnswered: Bool
    ) async -> Outcome {
        guard let stored else {
            if let known { return known }
            return await findAtIssuer(id) ?? (storeAnswered ? .absent : .unknown)
        }
        guard !stored.deleted, stored.refusedReason.isEmpty, stored.aliasOf == 0 else { return .absent }
        if stored.held { return outcome(of: stored) }
        if case .found(let fragment, _) = known { return .found(fragment, repliesCount: stored.repliesCount) }
        return outcome(of: stored)
    }

    private func outcome(of stored: PeerStoredStatus) -> Outcome {
        guard !stored.record.isEmpty else { return .absent }
        do {
            let fragment = try RecordReading.fragment(Array(stored.record)[...], site: site, isHeld: stored.held)
            // Whether it is held changes; what is kept must not.
            if !stored.held { fragments.insert(fragment) }
            if tombstones.hides(fragment) { return .absent }
            return .found(tombstones.newest(of: fragment), repliesCount: stored.repliesCount)
        } catch {
            logger.error("the stored record of status \(stored.id) cannot be shown: \(error)")
            return .absent
        }
    }

    /// What the issuer knows and the store does not have yet. Nil: there is no such recent status; `.unknown`: there
    /// may be one, but the issuer cannot be asked or has forgotten.
    private func findAtIssuer(_ id: StatusID) async -> Outcome? {
        let now = UnixClock.milliseconds()
        guard id.unixMilliseconds + configuration.caches.recentMilliseconds > now, id.unixMilliseconds < now + 60_000
        else { return nil }
        guard id.node != ownNode else { return recents.mayHaveForgotten(id) ? .unknown : nil }
        let directory = directory
        do throws(PeerError) {
            let answer = try await within(milliseconds: configuration.peerDeadlineMilliseconds) {
                () throws(PeerError) in try await directory.issuer(node: id.node).recentStatus(id)
            }
            if answer.deleted { return .absent }
            guard let recent = await recent(of: Array(answer.draft)) else { return .unknown }
            let fragment = recent.fragment(site: site)
            if tombstones.hides(fragment) { return .absent }
            return .found(tombstones.newest(of: fragment), repliesCount: 0)
        } catch {
            // Accounts and filters have ids as well: whoever issues those has no statuses and is asked in vain.
            return error.code == .notFound || error.code == .unsupported ? nil : .unknown
        }
    }

    /// Nil for what is no status.
    private func recent(of event: [UInt8]) async -> RecentStatuses.Recent? {
        switch try? ReceiveEvent(decoding: event[...]) {
        case .post(let draft):
            let mentions = await MentionResolver.resolve(TextEntities(of: draft.text), accounts: accounts)
            return RecentStatuses.Recent(draft: draft, mentions: mentions, author: await author(draft.author))
        case .reblog(let reblog):
            return RecentStatuses.Recent(
                reblog: reblog, author: await author(reblog.author),
                originalUsername: await author(reblog.original.author).username)
        default: return nil
        }
    }

    private func author(_ id: AccountID) async -> RecentStatuses.Author {
        let account = await accounts.entries(for: [id])[id]?.account
        return .init(username: account?.username ?? "", displayName: account?.displayName ?? "")
    }
}

/// Finds the accounts that a text names, as far as that goes quickly.
enum MentionResolver {
    static func resolve(_ entities: TextEntities, accounts: AccountCache) async -> [StatusRecord.Mention] {
        let names = entities.mentionedNames
        guard !names.isEmpty else { return [] }
        let entries = await accounts.entries(named: names)
        return names.compactMap { name in
            entries[name].map { .init(account: AccountID(rawValue: $0.account.id), username: $0.account.username) }
        }
    }
}
