internal import Instrumentation
internal import Lease
internal import Logging
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf
internal import Traces

/// From "somebody likes this" to an event on stable storage, and to what that person sees from then on.
struct StatusActing: Sendable {
    let issuer: IdentifierIssuer
    let door: ReceiveDoor
    let lookup: StatusLookup
    let visibility: StatusVisibility
    let marks: ViewerMarks
    let recents: RecentStatuses
    let store: StoreAccess
    let logger: Logger

    /// The status that an id names and the person may see. 404 where there is none.
    func status(_ id: StatusID, for person: AccountID?) async throws(ClientError) -> Fragment {
        switch await lookup.findOriginal(id) {
        case .absent: throw .notFound
        case .unknown: throw .unavailable("The status cannot be looked up just now")
        case .found(let fragment, _):
            guard await visibility.allows(person, toSee: fragment) else { throw .notFound }
            return fragment
        }
    }

    /// The same, but of a reblog what it repeats: that is what people like, mute or pass on.
    func original(_ id: StatusID, for person: AccountID?) async throws(ClientError) -> Fragment {
        let fragment = try await status(id, for: person)
        guard let reblogged = fragment.reblogged else { return fragment }
        return try await status(StatusID(rawValue: reblogged.id), for: person)
    }

    /// Does it, or takes it back; nothing where it is so already. Returns once the event is on stable storage.
    func set(
        _ kind: Interaction.Kind, of fragment: Fragment, by person: AccountID, isOn: Bool
    ) async throws(ClientError) {
        let view = await marks.views(of: [fragment.id], for: person, isFresh: true).views[fragment.id] ?? StatusView()
        guard view.own.contains(.init(kind)) != isOn || kind == .mute else { return }
        if kind == .pin, isOn { try await checkPin(of: fragment, by: person) }
        let subject = StatusID(rawValue: fragment.id)
        let target = kind == .mute ? try await threadRoot(of: fragment) : subject
        let event = try await nextEvent(after: max(target, subject))
        let trace = ServiceContext.current?.traceID ?? .random()
        try await door.append(
            .interaction(
                Interaction(
                    event: event, status: target, statusAuthor: fragment.author, account: person, kind: kind,
                    isOn: isOn, trace: trace)))
        logger.debug("\(kind) taken", metadata: .about(trace, status: subject))
        for id in Set([target, subject]) {
            marks.acted(person, id.rawValue, .init(kind), isOn: isOn, event: event.rawValue)
        }
    }

    /// Only own statuses, not direct ones, and not more than fit on a profile.
    private func checkPin(of fragment: Fragment, by person: AccountID) async throws(ClientError) {
        guard fragment.author == person else { throw .validation("Someone else's post cannot be pinned") }
        guard fragment.record.visibility != .direct else {
            throw .validation("Posts that are only visible to mentioned users cannot be pinned")
        }
        let pinned = try await pinned(by: person)
        guard pinned.count < Limits.pinnedStatuses else {
            throw .validation("You have already pinned the maximum number of posts")
        }
    }

    /// The newest pin first, with what was pinned here a moment ago. Where the store cannot be asked, only that.
    func pinned(by account: AccountID) async throws(ClientError) -> [StatusID] {
        let query = PeerInteractionQuery.with {
            $0.kind = UInt32(Interaction.Kind.pin.rawValue)
            $0.account = account.rawValue
            $0.limit = 2 * UInt32(Limits.pinnedStatuses)
        }
        let stored = await store.askBriefly { (store) throws(PeerError) in try await store.interactions(query) }
        var pins = (stored ?? []).map { ($0.status, $0.cursor) }
        for act in marks.recentActs(of: account) where act.mark == .pinned {
            pins.removeAll { $0.0 == act.status }
            if act.isOn { pins.append((act.status, act.event)) }
        }
        return pins.sorted { $0.1 > $1.1 }.map { StatusID(rawValue: $0.0) }
    }

    /// What began the conversation: the way up through what was posted here, and from there what the store says.
    private func threadRoot(of fragment: Fragment) async throws(ClientError) -> StatusID {
        var top = StatusID(rawValue: fragment.id)
        var next = fragment.record.inReplyTo
        while let parent = next {
            top = parent
            next = recents[parent]?.draft.inReplyTo
        }
        guard fragment.isReply else { return top }
        let asked = top
        return try await store.askFor { (store) throws(PeerError) in try await store.threadRoots(of: [asked]) }
            .first ?? top
    }

    func nextEvent(after status: StatusID) async throws(ClientError) -> EventID {
        do throws(IdentifierError) {
            return EventID(rawValue: try await issuer.next(after: status.rawValue))
        } catch {
            throw .unavailable("This could not be stored just now; try again in a moment")
        }
    }
}
