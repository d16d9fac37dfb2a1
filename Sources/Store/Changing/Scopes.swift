internal import Peers

/// OAuth scopes as Mastodon has them: `read` covers `read:statuses`.
enum Scopes {
    private static let roots: Set<Substring> = ["read", "write", "follow", "push", "profile", "admin"]

    /// `read` where none are named. Throws `.invalid` for words that are no scopes.
    static func forRegistration(_ scopes: [String]) throws(PeerError) -> [String] {
        let unique = ordered(scopes)
        guard unique.allSatisfy(isKnown) else {
            throw PeerError(.invalid, "Validation failed: Scopes doesn't match configured on the server.")
        }
        return unique.isEmpty ? ["read"] : unique
    }

    /// What a token may do: what was asked for, all of the application's where nothing was. Throws `.invalidScope`.
    static func forToken(_ scopes: [String], application: [String]) throws(PeerError) -> [String] {
        let unique = ordered(scopes)
        if unique.isEmpty { return application }
        guard unique.allSatisfy({ scope in application.contains { covers($0, scope) } }) else {
            throw PeerError(.invalidScope, "The requested scope is invalid, unknown, or malformed.")
        }
        return unique
    }

    private static func covers(_ given: String, _ wanted: String) -> Bool {
        wanted == given || wanted.hasPrefix(given + ":")
    }

    private static func isKnown(_ scope: String) -> Bool {
        guard let root = scope.split(separator: ":", omittingEmptySubsequences: false).first else { return false }
        return roots.contains(root) && scope.utf8.count <= 64
            && scope.utf8.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "_") }
    }

    /// Scopes may come one a text or several in one, separated by spaces.
    private static func ordered(_ scopes: [String]) -> [String] {
        var seen: Set<String> = []
        return scopes.flatMap { $0.split(separator: " ").map(String.init) }.filter { seen.insert($0).inserted }
    }
}
