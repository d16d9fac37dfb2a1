internal import HTTPTypes
internal import Hummingbird

/// Finds the access token of a request: `Authorization: Bearer`, or the query parameter `access_token`.
enum AccessToken {
    /// Longer ones are no tokens of ours.
    static let bytesMax = 512

    static func hash(of request: Request) -> TokenHash? {
        guard let token = token(of: request), !token.isEmpty, token.utf8.count <= bytesMax else { return nil }
        return TokenHash(of: token)
    }

    private static func token(of request: Request) -> String? {
        if let header = request.headers[.authorization] {
            let parts = header.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
            return String(parts[1])
        }
        guard let query = request.head.path?.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1).dropFirst().first,
            query.firstRange(of: Array("access_token=".utf8)) != nil
        else { return nil }
        return (try? RequestParameters.form(query))?.text("access_token")
    }
}
