internal import HTTPTypes
internal import Hummingbird

/// What web clients ask every server for and this one does not have, answered as Mastodon answers where there is none.
struct AbsentEndpoints: Sendable {
    let description: String

    private static let emptyForAnybody = [
        "/api/v1/custom_emojis", "/api/v1/trends", "/api/v1/trends/tags", "/api/v1/trends/statuses",
        "/api/v1/trends/links", "/api/v1/instance/peers", "/api/v1/instance/rules", "/api/v1/instance/activity",
        "/api/v1/instance/domain_blocks", "/api/v1/instance/translation_languages", "/api/v1/directory",
    ]
    private static let emptyForPeople = [
        "/api/v1/announcements", "/api/v1/endorsements", "/api/v1/domain_blocks",
    ]

    func add(to routes: Routes) {
        for path in AbsentEndpoints.emptyForAnybody {
            let empty = path.hasSuffix("_languages") ? "{}" : "[]"
            routes.get(path) { _ throws(ClientError) in .json(Array(empty.utf8)) }
        }
        for path in AbsentEndpoints.emptyForPeople {
            routes.get(path, .person(.readAccounts)) { _ throws(ClientError) in .json(Array("[]".utf8)) }
        }
        routes.get("/api/v1/instance/extended_description") { _ throws(ClientError) in
            .json { json in
                json.beginObject()
                json.nullField("updated_at")
                json.field("content", "<p>\(HTMLEscaping.escaped(description))</p>")
                json.endObject()
            }
        }
        addPush(to: routes)
        addMedia(to: routes)
    }

    private func addPush(to routes: Routes) {
        let path = "/api/v1/push/subscription"
        for method in [HTTPRequest.Method.get, .post, .put] {
            routes.on(method, path, .person(.push)) { _ throws(ClientError) in throw .notFound }
        }
        routes.delete(path, .person(.push)) { _ throws(ClientError) in .json(Array("{}".utf8)) }
    }

    private func addMedia(to routes: Routes) {
        for path in ["/api/v1/media", "/api/v2/media"] {
            routes.post(path, .person(.writeMedia)) { _ throws(ClientError) in
                throw .validation("File content type is invalid")
            }
        }
        for method in [HTTPRequest.Method.get, .put] {
            routes.on(method, "/api/v1/media/:id", .person(.writeMedia)) { _ throws(ClientError) in throw .notFound }
        }
        routes.get("/api/v1/polls/:id", .anybodyOr(.readStatuses)) { _ throws(ClientError) in throw .notFound }
        routes.post("/api/v1/polls/:id/votes", .person(.writeStatuses)) { _ throws(ClientError) in throw .notFound }
    }
}
