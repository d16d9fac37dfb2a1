import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A client of the HTTP interface that sees exactly what came back.
struct Client: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let body: Data

        var text: String { String(decoding: body, as: UTF8.self) }
        var object: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
        var list: [[String: Any]] { (try? JSONSerialization.jsonObject(with: body)) as? [[String: Any]] ?? [] }
        var error: String { object["error"] as? String ?? "" }
    }

    let base: String
    var token: String?

    init(_ base: String, token: String? = nil) {
        self.base = base
        self.token = token
    }

    func get(_ path: String) async throws -> Answer { try await send("GET", path, body: nil, type: nil) }
    func delete(_ path: String) async throws -> Answer { try await send("DELETE", path, body: nil, type: nil) }

    func post(_ path: String, _ json: [String: Any] = [:], headers: [String: String] = [:]) async throws -> Answer {
        let body = try JSONSerialization.data(withJSONObject: json)
        return try await send("POST", path, body: body, type: "application/json", headers: headers)
    }

    func send(
        _ method: String, _ path: String, body: Data?, type: String?, headers: [String: String] = [:],
        timeoutSeconds: Double = 15
    ) async throws -> Answer {
        guard let url = URL(string: base + path) else { throw IntegrationError("\(path) is no path") }
        var request = URLRequest(url: url, timeoutInterval: timeoutSeconds)
        request.httpMethod = method
        request.httpBody = body
        if let type { request.setValue(type, forHTTPHeaderField: "Content-Type") }
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        guard let http = response as? HTTPURLResponse else { throw IntegrationError("no HTTP answer from \(path)") }
        var fields: [String: String] = [:]
        for (name, value) in http.allHeaderFields { fields["\(name)".lowercased()] = "\(value)" }
        return Answer(status: http.statusCode, headers: fields, body: data)
    }
}

/// Somebody who has signed up.
struct Person: Sendable {
    let name: String
    let id: String
    let client: Client

    /// Signs up through the interface, as an application does.
    static func signUp(_ name: String, at base: String) async throws -> Person {
        try await signUp([name], at: base)[0]
    }

    /// Several at once, with one application.
    static func signUp(_ names: [String], at base: String) async throws -> [Person] {
        let anonymous = Client(base)
        let app = try await accepted(
            anonymous.post(
                "/api/v1/apps",
                [
                    "client_name": "tests", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob",
                    "scopes": "read write follow push",
                ])
        ).object
        let token =
            try await accepted(
                anonymous.post(
                    "/oauth/token",
                    [
                        "grant_type": "client_credentials", "client_id": app["client_id"] ?? "",
                        "client_secret": app["client_secret"] ?? "", "scope": "read write follow push",
                    ])
            ).object["access_token"] as? String
        let application = Client(base, token: token)
        var people: [Person] = []
        for name in names {
            let own =
                try await accepted(
                    application.post(
                        "/api/v1/accounts",
                        [
                            "username": name, "email": "\(name)@example.org", "password": "correct horse \(name)",
                            "agreement": true, "locale": "en",
                        ])
                ).object["access_token"] as? String
            let client = Client(base, token: own)
            let account = try await accepted(client.get("/api/v1/accounts/verify_credentials")).object
            guard let id = account["id"] as? String else { throw IntegrationError("no id for \(name)") }
            people.append(Person(name: name, id: id, client: client))
        }
        return people
    }

    func follow(_ other: Person) async throws {
        try await accepted(client.post("/api/v1/accounts/\(other.id)/follow"))
    }

    /// Posts and answers the status's id.
    @discardableResult
    func post(_ text: String, _ more: [String: Any] = [:]) async throws -> String {
        let answer = try await accepted(
            client.post("/api/v1/statuses", more.merging(["status": text]) { $1 }))
        guard let id = answer.object["id"] as? String else { throw IntegrationError("no id in \(answer.text)") }
        return id
    }

    /// Ids of a timeline, newest first, all its pages.
    func timeline(_ path: String) async throws -> [String] {
        var ids: [String] = []
        var next = path + (path.contains("?") ? "&" : "?") + "limit=40"
        while true {
            let page = try await accepted(client.get(next)).list.compactMap { $0["id"] as? String }
            guard let last = page.last else { return ids }
            ids += page
            next = path + (path.contains("?") ? "&" : "?") + "limit=40&max_id=\(last)"
        }
    }
}

/// The answer, if it is a 200.
@discardableResult
func accepted(_ answer: Client.Answer) throws -> Client.Answer {
    guard answer.status == 200 else { throw IntegrationError("\(answer.status): \(answer.text.prefix(500))") }
    return answer
}
