internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// `/api/v1/apps`: applications make themselves known.
struct ApplicationEndpoints: Sendable {
    let store: StoreAccess

    static let nameBytesMax = 200
    static let redirectURIBytesMax = 2_000

    func add(to routes: Routes) {
        routes.post("/api/v1/apps") { call async throws(ClientError) in try await register(call) }
        routes.get("/api/v1/apps/verify_credentials", .application) { call async throws(ClientError) in
            guard let viewer = call.viewer else { throw .invalidToken }
            return .json { json in
                json.beginObject()
                json.field("id", id: viewer.application.rawValue)
                json.field("name", viewer.applicationName)
                ApplicationEndpoints.writeWebsite(viewer.applicationWebsite, to: &json)
                json.list("scopes", viewer.scopes)
                json.field("vapid_key", "")
                json.endObject()
            }
        }
    }

    private func register(_ call: Call) async throws(ClientError) -> Response {
        guard let name = call.parameters.text("client_name") else { throw .validation("Name can't be blank") }
        // One text with a URI a line, or an array.
        let uris = call.parameters.list("redirect_uris").flatMap { $0.split(whereSeparator: \.isWhitespace) }.map(
            String.init)
        guard !uris.isEmpty else { throw .validation("Redirect URI can't be blank") }
        guard name.utf8.count <= ApplicationEndpoints.nameBytesMax,
            uris.reduce(0, { $0 + $1.utf8.count }) <= ApplicationEndpoints.redirectURIBytesMax
        else { throw .validation("Application name or redirect URI is too long") }
        let website = call.parameters["website"] ?? ""
        guard website.isEmpty || ["http://", "https://"].contains(where: website.lowercased().hasPrefix) else {
            throw .validation("Website is not an http or https URL")
        }
        let request = PeerRegisterApplication.with {
            $0.name = name
            $0.website = website
            $0.redirectUris = uris
            $0.scopes = ScopeList.read(call.parameters, fallback: ["read"])
        }
        do throws(PeerError) {
            let application = try await store.ask { (store) throws(PeerError) in
                try await store.registerApplication(request)
            }
            return answer(application)
        } catch {
            throw ClientError(error)
        }
    }

    private func answer(_ application: PeerApplication) -> Response {
        .json { json in
            json.beginObject()
            json.field("id", id: application.id)
            json.field("name", application.name)
            ApplicationEndpoints.writeWebsite(application.website, to: &json)
            json.list("scopes", application.scopes)
            json.list("redirect_uris", application.redirectUris)
            json.field("redirect_uri", application.redirectUris.joined(separator: "\n"))
            json.field("client_id", application.clientID)
            json.field("client_secret", application.clientSecret)
            json.field("client_secret_expires_at", count: 0)
            json.field("vapid_key", "")
            json.endObject()
        }
    }

    private static func writeWebsite(_ website: String, to json: inout JSONWriter) {
        json.key("website")
        if website.isEmpty { json.null() } else { json.text(website) }
    }
}

/// Scopes as clients send them: words in one text, or an array.
enum ScopeList {
    static func read(_ parameters: RequestParameters, fallback: [String] = []) -> [String] {
        let written = parameters.list("scopes") + parameters.list("scope")
        let words = written.flatMap { $0.split(whereSeparator: { $0 == " " || $0 == "+" }) }.map(String.init)
        return words.isEmpty ? fallback : words
    }
}
