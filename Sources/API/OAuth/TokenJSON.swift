internal import Peers

/// What a client gets that was given a token. Mastodon.py fails without `scope`.
enum TokenJSON {
    static func write(_ token: PeerToken, to json: inout JSONWriter) {
        json.beginObject()
        json.field("access_token", token.accessToken)
        json.field("token_type", "Bearer")
        json.field("scope", token.scopes.joined(separator: " "))
        json.field("created_at", count: token.createdUnixMilliseconds / 1000)
        json.endObject()
    }
}
