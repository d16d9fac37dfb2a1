internal import HTTPTypes
internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf
internal import SystemClock

/// Muting and blocking accounts, and the lists of those.
struct RuleEndpoints: Sendable {
    let accounts: AccountCache
    let rules: ViewerRulesCache
    let store: StoreAccess
    let site: Site

    static let defaultLimit = 40
    static let highestLimit = 80

    func add(to routes: Routes) {
        routes.post("/api/v1/accounts/:id/mute", .person(.writeMutes)) { call async throws(ClientError) in
            try await mute(call)
        }
        routes.post("/api/v1/accounts/:id/unmute", .person(.writeMutes)) { call async throws(ClientError) in
            try await change(call) { (store, pair) throws(PeerError) in try await store.unmute(pair) }
        }
        routes.post("/api/v1/accounts/:id/block", .person(.writeBlocks)) { call async throws(ClientError) in
            try await change(call) { (store, pair) throws(PeerError) in try await store.block(pair) }
        }
        routes.post("/api/v1/accounts/:id/unblock", .person(.writeBlocks)) { call async throws(ClientError) in
            try await change(call) { (store, pair) throws(PeerError) in try await store.unblock(pair) }
        }
        routes.get("/api/v1/mutes", .person(.readMutes)) { call async throws(ClientError) in
            try await list(call, showsEnd: true) { (store, query) throws(PeerError) in try await store.mutes(query) }
        }
        routes.get("/api/v1/blocks", .person(.readBlocks)) { call async throws(ClientError) in
            try await list(call, showsEnd: false) { (store, query) throws(PeerError) in try await store.blocks(query) }
        }
    }

    /// `duration` is in seconds from now; 0 or none is for good.
    private func mute(_ call: Call) async throws(ClientError) -> Response {
        let pair = try pair(call)
        let seconds = UInt64(clamping: call.parameters.integer("duration") ?? 0)
        let hidesNotifications = call.parameters.flag("notifications", default: true)
        let until = seconds == 0 ? 0 : UnixClock.milliseconds() + min(seconds, 1 << 32) * 1_000
        let request = PeerMute.with {
            $0.muter = pair.account
            $0.muted = pair.target
            $0.untilUnixMilliseconds = until
            $0.hidesNotifications = hidesNotifications
        }
        let relationship = try await store.askFor { (store) throws(PeerError) in try await store.mute(request) }
        return answer(relationship, pair)
    }

    private func change(
        _ call: Call,
        _ body: @escaping @Sendable (StoreClient, PeerAccountPair) async throws(PeerError) -> PeerRelationship
    ) async throws(ClientError) -> Response {
        let pair = try pair(call)
        let relationship = try await store.askFor { (store) throws(PeerError) in try await body(store, pair) }
        return answer(relationship, pair)
    }

    private func pair(_ call: Call) throws(ClientError) -> PeerAccountPair {
        let target: AccountID = try call.id("id")
        let person = try call.person()
        return PeerAccountPair.with {
            $0.account = person.rawValue
            $0.target = target.rawValue
        }
    }

    /// The event will say it as well; whoever asks next must not see the old state even before that.
    private func answer(_ relationship: PeerRelationship, _ pair: PeerAccountPair) -> Response {
        for account in [pair.account, pair.target].map(AccountID.init(rawValue:)) {
            accounts.changed(account)
            rules.changed(account)
        }
        return .json { RelationshipJSON.write(relationship, to: &$0) }
    }

    private func list(
        _ call: Call, showsEnd: Bool,
        _ body: @escaping @Sendable (StoreClient, PeerRelationQuery) async throws(PeerError) -> [PeerRelation]
    ) async throws(ClientError) -> Response {
        let person = try call.person()
        let page = try PageQuery(
            call.parameters, defaultLimit: RuleEndpoints.defaultLimit, highestLimit: RuleEndpoints.highestLimit)
        let query = PeerRelationQuery.with {
            $0.account = person.rawValue
            $0.below = page.maxID ?? 0
            $0.above = page.minID ?? page.sinceID ?? 0
            $0.fromOldest = page.minID != nil
            $0.limit = UInt32(page.limit)
        }
        let found = try await store.askFor { (store) throws(PeerError) in try await body(store, query) }
        let entries = await accounts.entries(for: found.map { AccountID(rawValue: $0.account) })
        var json = JSONWriter()
        json.beginArray()
        for relation in found {
            guard let entry = entries[AccountID(rawValue: relation.account)] else { continue }
            guard showsEnd else {
                json.raw(entry.json)
                continue
            }
            json.raw(entry.json.dropLast())
            json.timeField("mute_expires_at", unixMilliseconds: relation.untilUnixMilliseconds)
            json.endObject()
        }
        json.endArray()
        var response = Response.json(json.bytes)
        if let newest = found.first?.cursor, let oldest = found.last?.cursor {
            response.headers[.link] = LinkHeader.value(
                site: site, path: call.path, parameters: call.parameters, ids: (newest, oldest))
        }
        return response
    }
}

extension JSONWriter {
    /// A moment, or null for 0.
    mutating func timeField(_ name: StaticString, unixMilliseconds: UInt64) {
        guard unixMilliseconds > 0 else { return nullField(name) }
        field(name, Timestamp.dateTime(unixMilliseconds: unixMilliseconds))
    }
}

extension StoreAccess {
    /// `ask`, with the store's error as the client gets it.
    func askFor<T: Sendable>(
        _ body: @escaping @Sendable (StoreClient) async throws(PeerError) -> T
    ) async throws(ClientError) -> T {
        do throws(PeerError) { return try await ask(body) } catch { throw ClientError(error) }
    }
}
