/// The bytes of each action.
struct RequestWriter: Sendable {
    let http: HTTPRequest
    let cast: LoadCast
    let text: StatusText

    func bytes(_ action: Action) -> [UInt8] {
        let token = cast.tokens[action.account]
        switch action.kind {
        case .post: return http.bytes("POST", "/api/v1/statuses", token: token, json: body(of: action))
        case .reblog: return http.bytes("POST", "/api/v1/statuses/\(action.status)/reblog", token: token)
        case .delete: return http.bytes("DELETE", "/api/v1/statuses/\(action.status)", token: token)
        case .follow:
            return http.bytes("POST", "/api/v1/accounts/\(cast.ids[action.other])/follow", token: token)
        case .unfollow:
            return http.bytes("POST", "/api/v1/accounts/\(cast.ids[action.other])/unfollow", token: token)
        case .read: return http.bytes("GET", "/api/v1/timelines/home?limit=20", token: token)
        case .look:
            // The oldest that is newer than the one before it: exactly this one, once it is there.
            let path =
                action.status == 0
                ? "/api/v1/timelines/home?limit=1" : "/api/v1/timelines/home?limit=1&min_id=\(action.status - 1)"
            return http.bytes("GET", path, token: token)
        }
    }

    private func body(of action: Action) -> [UInt8] {
        var body = Array("{\"status\":\"".utf8)
        body += text.bytes(action.number)
        if action.status != 0 {
            body += "\",\"in_reply_to_id\":\"".utf8
            body += String(action.status).utf8
        }
        body += "\"}".utf8
        return body
    }
}
