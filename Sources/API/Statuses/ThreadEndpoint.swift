internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// `/api/v1/statuses/:id/context`: what a status answers and what answers it, as far as the viewer may see it.
struct ThreadEndpoint: Sendable {
    let acting: StatusActing
    let showing: StatusShowing
    let recents: RecentStatuses
    let rules: ViewerRulesCache
    let store: StoreAccess

    func add(to routes: Routes) {
        routes.get("/api/v1/statuses/:id/context", .anybodyOr(.readStatuses)) { call async throws(ClientError) in
            try await context(call)
        }
    }

    private func context(_ call: Call) async throws(ClientError) -> Response {
        let viewer = call.viewer?.account
        let fragment = try await acting.original(try call.id("id"), for: viewer)
        let thread = try await thread(of: fragment)
        let outcomes = await showing.lookup.find(thread.above + thread.below)
        func found(_ ids: [StatusID]) -> [Fragment] {
            ids.compactMap { id in if case .found(let fragment, _) = outcomes[id] { fragment } else { nil } }
        }
        let above = await visible(found(thread.above), to: viewer)
        let below = await visible(Self.ordered(found(thread.below), below: fragment.id), to: viewer)
        let composed = await showing.compose(
            above + below, for: viewer, rules: await rules.entry(for: viewer).rules, in: .thread)
        return .json { json in
            json.beginObject()
            for (name, part) in [
                ("ancestors", composed.shown.prefix(above.count)),
                ("descendants", composed.shown.dropFirst(above.count)),
            ] {
                json.key(name)
                json.beginArray()
                for shown in part { shown.write(viewer: viewer, to: &json) }
                json.endArray()
            }
            json.endObject()
        }
    }

    private func visible(_ fragments: [Fragment], to viewer: AccountID?) async -> [Fragment] {
        let shown = await acting.visibility.visible(fragments, to: viewer)
        let rules = await rules.entry(for: viewer).rules
        return shown.filter { rules.shows($0, in: .thread, to: viewer) }
    }

    /// What the store holds of it, and what was posted here and has not come there. Without the store only that.
    private func thread(of fragment: Fragment) async throws(ClientError) -> (above: [StatusID], below: [StatusID]) {
        let id = StatusID(rawValue: fragment.id)
        var above: [StatusID] = []
        var next = fragment.record.inReplyTo
        while let parent = next, let recent = recents[parent] {
            above.append(parent)
            next = recent.draft.inReplyTo
        }
        let query = PeerThreadQuery.with {
            $0.status = id.rawValue
            $0.parent = next?.rawValue ?? 0
        }
        let stored = await store.askBriefly { (store) throws(PeerError) in try await store.thread(query) }
        above += (stored?.ancestors ?? []).reversed().map(StatusID.init(rawValue:))
        return (above.reversed(), withRecents((stored?.descendants ?? []).map(StatusID.init(rawValue:)), below: id))
    }

    /// With the replies that were posted here and have not come to the store.
    private func withRecents(_ stored: [StatusID], below id: StatusID) -> [StatusID] {
        var known = Set(stored)
        var open = [id] + stored
        while let parent = open.popLast() {
            for reply in recents.replies(to: parent) where known.insert(reply).inserted { open.append(reply) }
        }
        return Array(known)
    }

    /// Each reply before the answers to it, older before newer.
    private static func ordered(_ fragments: [Fragment], below id: UInt64) -> [Fragment] {
        let replies = Dictionary(grouping: fragments) { $0.record.inReplyTo?.rawValue ?? 0 }
            .mapValues { $0.sorted { $0.id > $1.id } }
        var ordered: [Fragment] = []
        var open = replies[id] ?? []
        while let next = open.popLast() {
            ordered.append(next)
            open += replies[next.id] ?? []
        }
        return ordered
    }
}
