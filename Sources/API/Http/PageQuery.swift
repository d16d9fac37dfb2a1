/// Which page of a list a client wants.
struct PageQuery: Sendable, Hashable {
    /// Strictly older.
    var maxID: UInt64?
    /// Strictly newer, the newest page first.
    var sinceID: UInt64?
    /// Strictly newer, the page right above it.
    var minID: UInt64?
    var limit: Int

    init(maxID: UInt64? = nil, sinceID: UInt64? = nil, minID: UInt64? = nil, limit: Int) {
        self.maxID = maxID
        self.sinceID = sinceID
        self.minID = minID
        self.limit = limit
    }

    init(_ parameters: RequestParameters, defaultLimit: Int = 20, highestLimit: Int = 40) throws(ClientError) {
        maxID = try parameters.cursor("max_id")
        sinceID = try parameters.cursor("since_id")
        minID = try parameters.cursor("min_id")
        limit = min(max(parameters.integer("limit") ?? defaultLimit, 1), highestLimit)
    }
}

/// The `Link` header of a page: where the older and the newer page are. `next` comes first; clients rely on it.
enum LinkHeader {
    /// Nil for an empty page. Keeps the caller's other parameters.
    static func value(
        site: Site, path: String, parameters: RequestParameters, ids: (newest: UInt64, oldest: UInt64)?
    ) -> String? {
        guard let ids else { return nil }
        let kept = parameters.pairs.filter { !["max_id", "since_id", "min_id", "access_token"].contains($0.name) }
        let query = kept.map { "\(escaped($0.name))=\(PercentEncoding.encoded($0.value))&" }.joined()
        let url = "\(site.origin)\(path)?\(query)"
        return "<\(url)max_id=\(ids.oldest)>; rel=\"next\", <\(url)min_id=\(ids.newest)>; rel=\"prev\""
    }

    /// Brackets of arrays stay readable.
    private static func escaped(_ name: String) -> String {
        name.split(separator: "[", omittingEmptySubsequences: false)
            .map { part in
                part.hasSuffix("]")
                    ? PercentEncoding.encoded(String(part.dropLast())) + "]" : PercentEncoding.encoded(String(part))
            }
            .joined(separator: "[")
    }
}
