internal import Hummingbird
internal import StatuscastModel

/// Lists, and the page of one: the part of its owner's home that its members wrote.
///
/// The home holds what was delivered to its owner, so it needs no mailbox for each list, a list that changes shows at
/// once what its members wrote before, and without the store the page goes on as it was last known. What a list keeps
/// from the home (`exclusive`) is left out when that is shown.
struct ListEndpoints: Sendable {
    let personal: PersonalFacts
    let timelines: Timelines

    private static let policies: [(name: String, policy: StatusList.RepliesPolicy)] = [
        ("list", .list), ("followed", .followed), ("none", .none),
    ]

    func add(to routes: Routes) {
        routes.get("/api/v1/lists", .person(.readLists)) { call async throws(ClientError) in
            answer(try await lists(of: try call.person()))
        }
        routes.post("/api/v1/lists", .person(.writeLists)) { call async throws(ClientError) in
            try await save(
                StatusList(id: ListID(rawValue: 0), owner: try call.person(), title: ""), call)
        }
        routes.get("/api/v1/lists/:id", .person(.readLists)) { call async throws(ClientError) in
            let list = try await list(call)
            return .json { ListEndpoints.write(list, to: &$0) }
        }
        routes.on(.put, "/api/v1/lists/:id", .person(.writeLists)) { call async throws(ClientError) in
            try await save(try await list(call), call)
        }
        routes.delete("/api/v1/lists/:id", .person(.writeLists)) { call async throws(ClientError) in
            let id: ListID = try call.id("id")
            try await personal.keep(.listRemoved(owner: try call.person(), list: id))
            return .json(Array("{}".utf8))
        }
        routes.get("/api/v1/timelines/list/:id", .person(.readLists)) { call async throws(ClientError) in
            try await page(call)
        }
        routes.get("/api/v1/accounts/:id/lists", .person(.readLists)) { call async throws(ClientError) in
            try await listsWith(call)
        }
    }

    private func save(_ list: StatusList, _ call: Call) async throws(ClientError) -> Response {
        var list = list
        if let title = call.parameters["title"] { list.title = title }
        if let name = call.parameters.text("replies_policy") {
            guard let known = ListEndpoints.policies.first(where: { $0.name == name }) else {
                throw .validation("Replies policy is not included in the list")
            }
            list.repliesPolicy = known.policy
        }
        list.isExclusive = call.parameters.flag("exclusive", default: list.isExclusive)
        guard case .listSet(let saved) = try await personal.keep(.listSet(list)).fact else { throw .failure }
        return .json { ListEndpoints.write(saved, to: &$0) }
    }

    private func list(_ call: Call) async throws(ClientError) -> StatusList {
        let id: ListID = try call.id("id")
        guard let list = try await personal.list(id, of: try call.person()) else { throw .notFound }
        return list
    }

    private func lists(of person: AccountID) async throws(ClientError) -> [StatusList] {
        try await personal.all(.lists, of: person).compactMap {
            if case .listSet(let list) = $0.fact { list } else { nil }
        }.sorted { $0.id < $1.id }
    }

    private func listsWith(_ call: Call) async throws(ClientError) -> Response {
        let account: AccountID = try call.id("id")
        let person = try call.person()
        let with = Set(
            try await personal.all(.members, of: person).compactMap { kept -> ListID? in
                guard case .listMember(let membership) = kept.fact, membership.account == account else { return nil }
                return membership.list
            })
        return answer(try await lists(of: person).filter { with.contains($0.id) })
    }

    private func page(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        let id: ListID = try call.id("id")
        guard try await personal.has(id, of: person) else { throw .notFound }
        return .page(
            try await timelines.page(
                Timelines.Request(
                    address: .home(person), query: try PageQuery(call.parameters), path: call.path,
                    parameters: call.parameters, viewer: person, key: call.pageKey, route: call.route,
                    scope: .readLists, place: .list(id),
                    write: { $0.write(viewer: person, to: &$1) })))
    }

    private func answer(_ lists: [StatusList]) -> Response {
        .json { json in
            json.beginArray()
            for list in lists { ListEndpoints.write(list, to: &json) }
            json.endArray()
        }
    }

    private static func write(_ list: StatusList, to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", id: list.id.rawValue)
        json.field("title", list.title)
        json.field("replies_policy", policies.first { $0.policy == list.repliesPolicy }?.name ?? "list")
        json.field("exclusive", list.isExclusive)
        json.endObject()
    }
}
