internal import Hummingbird
internal import StatuscastModel

/// Who is in a list. Only accounts that its owner follows; whoever is not followed any more is not in it either.
struct ListMemberEndpoints: Sendable {
    let personal: PersonalFacts
    let accounts: AccountCache
    let site: Site

    static let path = "/api/v1/lists/:id/accounts"
    static let defaultLimit = 40
    static let highestLimit = 80
    /// Of one request so many count.
    static let idsMax = 100

    func add(to routes: Routes) {
        routes.get(ListMemberEndpoints.path, .person(.readLists)) {
            call async throws(ClientError) in try await list(call)
        }
        routes.post(ListMemberEndpoints.path, .person(.writeLists)) { call async throws(ClientError) in
            try await set(call, isOn: true)
        }
        routes.delete(ListMemberEndpoints.path, .person(.writeLists)) { call async throws(ClientError) in
            try await set(call, isOn: false)
        }
    }

    private func set(_ call: Call, isOn: Bool) async throws(ClientError) -> Response {
        let person = try call.person()
        let list: ListID = try call.id("id")
        for written in call.parameters.list("account_ids").prefix(ListMemberEndpoints.idsMax) {
            guard let account = AccountID(written) else { throw .notFound }
            try await personal.keep(
                .listMember(ListMembership(owner: person, list: list, account: account, isOn: isOn)))
        }
        return .json(Array("{}".utf8))
    }

    /// With `limit=0` all of them.
    private func list(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        let list: ListID = try call.id("id")
        guard try await personal.one(.lists, list.description, of: person) != nil else { throw .notFound }
        let query = try PageQuery(
            call.parameters, defaultLimit: ListMemberEndpoints.defaultLimit,
            highestLimit: ListMemberEndpoints.highestLimit)
        let limit = call.parameters.integer("limit") == 0 ? Limits.membersPerList : query.limit
        let members = try await personal.all(.members, of: person).compactMap {
            kept -> (account: AccountID, version: UInt64)? in
            guard case .listMember(let membership) = kept.fact, membership.list == list else { return nil }
            return (membership.account, kept.version.rawValue)
        }.filter { member in
            member.version < query.maxID ?? .max && member.version > query.minID ?? query.sinceID ?? 0
        }
        let shown = query.minID == nil ? members.prefix(limit) : members.suffix(limit)
        let entries = await accounts.entries(for: shown.map(\.account))
        var response = Response.json { json in
            json.beginArray()
            for member in shown { if let entry = entries[member.account] { json.raw(entry.json) } }
            json.endArray()
        }
        if let newest = shown.first?.version, let oldest = shown.last?.version {
            response.headers[.link] = LinkHeader.value(
                site: site, path: call.path, parameters: call.parameters, ids: (newest, oldest))
        }
        return response
    }
}
