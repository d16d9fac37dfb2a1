internal import Foundation
internal import Logging
internal import Peers
internal import StatuscastModel

/// Finds a status by its id: posted here a moment ago, seen in a mailbox, in the store, or at the front that issued it.
struct StatusLookup: Sendable {
    enum Outcome: Sendable {
        case found(Fragment, repliesCount: UInt32)
        /// It does not exist, was deleted or was refused.
        case absent
        /// Not known here, and the store cannot be asked.
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
        if let recent = recents[id] { return .found(recent.fragment(site: site), repliesCount: 0) }
        guard let fragment = fragments.fragment(id.rawValue), fragment.record.kind == .status else { return nil }
        return .found(fragment, repliesCount: 0)
    }

    /// As good as can be had: what is known here is completed by the store if that answers soon.
    func find(_ id: StatusID) async -> Outcome {
        guard let known = local(id) else { return await findElsewhere(id) }
        guard case .found(let fragment, _) = known else { return known }
        let answer = await store.askBriefly { (store) throws(PeerError) in try await store.statuses(ids: [id]) }
        guard let stored = answer?.first else { return known }
        if stored.aliasOf != 0 { return await find(StatusID(rawValue: stored.aliasOf)) }
        if stored.deleted || !stored.refusedReason.isEmpty { return .absent }
        return .found(fragment, repliesCount: stored.repliesCount)
    }

    /// Enough to know who wrote it and who may see it.
    func findAny(_ id: StatusID) async -> Outcome {
        if let known = local(id) { return known }
        return await findElsewhere(id)
    }

    private func findElsewhere(_ id: StatusID) async -> Outcome {
        do throws(PeerError) {
            let answer = try await store.ask { (store) throws(PeerError) in try await store.statuses(ids: [id]) }
            if let stored = answer.first { return await outcome(of: stored) }
            return await findAtIssuer(id) ?? .absent
        } catch {
            return await findAtIssuer(id) ?? .unknown
        }
    }

    private func outcome(of stored: PeerStoredStatus) async -> Outcome {
        // An alias is never of an alias: the judge names the first status of the key.
        if stored.aliasOf != 0 { return await findAny(StatusID(rawValue: stored.aliasOf)) }
        guard !stored.deleted, !stored.record.isEmpty else { return .absent }
        do {
            let fragment = try RecordReading.fragment(Array(stored.record)[...], site: site)
            fragments.insert(fragment)
            return .found(fragment, repliesCount: stored.repliesCount)
        } catch {
            logger.error("the stored record of status \(stored.id) cannot be shown: \(error)")
            return .absent
        }
    }

    /// Nil where nobody can be asked or the status is not recent.
    private func findAtIssuer(_ id: StatusID) async -> Outcome? {
        let now = WallClock.unixMilliseconds()
        guard id.node != ownNode, id.unixMilliseconds + configuration.caches.recentMilliseconds > now,
            id.unixMilliseconds < now + 60_000
        else { return nil }
        let directory = directory
        let answer = try? await within(milliseconds: configuration.peerDeadlineMilliseconds) {
            () throws(PeerError) in try await directory.issuer(node: id.node).recentStatus(id)
        }
        guard let answer else { return nil }
        if answer.deleted { return .absent }
        guard case .post(let draft) = try? ReceiveEvent(decoding: Array(answer.draft)[...]) else { return nil }
        return .found(await fragment(of: draft), repliesCount: 0)
    }

    private func fragment(of draft: StatusDraft) async -> Fragment {
        let author = await accounts.entries(for: [draft.author])[draft.author]?.account
        let recent = RecentStatuses.Recent(
            draft: draft, mentions: await MentionResolver.resolve(TextEntities(of: draft.text), accounts: accounts),
            author: .init(username: author?.username ?? "", displayName: author?.displayName ?? ""))
        return recent.fragment(site: site)
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
