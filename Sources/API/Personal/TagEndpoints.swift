internal import Hummingbird
internal import StatuscastModel

/// Following tags: what is posted with one is delivered to the homes of those who follow it.
struct TagEndpoints: Sendable {
    let personal: PersonalFacts
    let site: Site

    static let defaultLimit = 100
    static let highestLimit = 200

    func add(to routes: Routes) {
        routes.get("/api/v1/tags/:name", .anybodyOr(.readFollows)) { call async throws(ClientError) in
            let tag = try tag(call)
            guard let person = call.viewer?.account else { return answer(tag, false, false) }
            let isFollowed = try await personal.one(.followedTags, tag, of: person) != nil
            return answer(tag, isFollowed, try await isFeatured(tag, person))
        }
        routes.post("/api/v1/tags/:name/follow", .person(.writeFollows)) { call async throws(ClientError) in
            try await set(call, isOn: true)
        }
        routes.post("/api/v1/tags/:name/unfollow", .person(.writeFollows)) { call async throws(ClientError) in
            try await set(call, isOn: false)
        }
        routes.get("/api/v1/followed_tags", .person(.readFollows)) { call async throws(ClientError) in
            try await list(call)
        }
    }

    private func set(_ call: Call, isOn: Bool) async throws(ClientError) -> Response {
        let (tag, person) = (try tag(call), try call.person())
        try await personal.keep(.tagFollowed(TagChoice(owner: person, tag: tag, isOn: isOn)))
        return answer(tag, isOn, try await isFeatured(tag, person))
    }

    private func isFeatured(_ tag: String, _ person: AccountID) async throws(ClientError) -> Bool {
        try await personal.one(.featuredTags, tag, of: person) != nil
    }

    private func list(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        let query = try PageQuery(
            call.parameters, defaultLimit: TagEndpoints.defaultLimit, highestLimit: TagEndpoints.highestLimit)
        let found = try await personal.page(.followedTags, of: person, query)
        var response = Response.json { json in
            json.beginArray()
            for (fact, _) in found { TagJSON.write(fact.key, site: site, following: true, to: &json) }
            json.endArray()
        }
        if let newest = found.first?.version, let oldest = found.last?.version {
            response.headers[.link] = LinkHeader.value(
                site: site, path: call.path, parameters: call.parameters, ids: (newest.rawValue, oldest.rawValue))
        }
        return response
    }

    private func tag(_ call: Call) throws(ClientError) -> String {
        guard let name = call.captures["name"], Hashtag.isValid(name) else { throw .notFound }
        return Hashtag.folded(name)
    }

    private func answer(_ tag: String, _ isFollowed: Bool, _ isFeatured: Bool) -> Response {
        .json { TagJSON.write(tag, site: site, following: isFollowed, featuring: isFeatured, to: &$0) }
    }
}
