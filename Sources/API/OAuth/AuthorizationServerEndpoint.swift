internal import Hummingbird

/// `/.well-known/oauth-authorization-server` (RFC 8414): where an application finds what it needs to sign people in.
///
/// Only over HTTPS: a client that finds it in clear text refuses what stands in it, and asks for nothing of the kind
/// where there is nothing.
struct AuthorizationServerEndpoint: Sendable {
    let site: Site

    private static let scopes = ["read", "write", "follow", "push", "profile"]

    func add(to routes: Routes) {
        routes.get("/.well-known/oauth-authorization-server") { _ throws(ClientError) in
            guard site.origin.hasPrefix("https:") else { throw .unknownRoute }
            return .json { write(to: &$0) }
        }
    }

    private func write(to json: inout JSONWriter) {
        json.beginObject()
        json.field("issuer", site.origin + "/")
        json.field("service_documentation", "https://docs.joinmastodon.org/")
        json.field("authorization_endpoint", site.origin + AuthorizationPages.path)
        json.field("token_endpoint", site.origin + "/oauth/token")
        json.field("revocation_endpoint", site.origin + "/oauth/revoke")
        json.field("app_registration_endpoint", site.origin + "/api/v1/apps")
        json.list("scopes_supported", AuthorizationServerEndpoint.scopes)
        json.list("response_types_supported", ["code"])
        json.list("response_modes_supported", ["query"])
        json.list("grant_types_supported", ["authorization_code", "client_credentials", "password"])
        json.list("token_endpoint_auth_methods_supported", ["client_secret_basic", "client_secret_post"])
        json.list("code_challenge_methods_supported", ["S256"])
        json.endObject()
    }
}
