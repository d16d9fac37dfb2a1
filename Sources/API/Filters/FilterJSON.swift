internal import Peers
internal import StatuscastModel

/// Filters as the client API shows them.
enum FilterJSON {
    static let contexts: [(name: String, context: Filter.Contexts)] = [
        ("home", .home), ("notifications", .notifications), ("public", .public), ("thread", .thread),
        ("account", .account),
    ]
    static let actions: [(name: String, action: Filter.Action)] = [("warn", .warn), ("hide", .hide)]

    static func write(_ filters: [PeerFilter], to json: inout JSONWriter) {
        json.beginArray()
        for filter in filters { write(filter, to: &json) }
        json.endArray()
    }

    static func write(_ filter: PeerFilter, to json: inout JSONWriter) {
        json.beginObject()
        writeHead(Filter(filter), to: &json)
        json.key("keywords")
        writeKeywords(filter.keywords, to: &json)
        json.key("statuses")
        writeStatuses(filter.statuses, to: &json)
        json.endObject()
    }

    static func writeKeywords(_ keywords: [PeerFilterKeyword], to json: inout JSONWriter) {
        json.beginArray()
        for keyword in keywords { write(keyword, to: &json) }
        json.endArray()
    }

    static func writeStatuses(_ statuses: [PeerFilteredStatus], to json: inout JSONWriter) {
        json.beginArray()
        for status in statuses { write(status, to: &json) }
        json.endArray()
    }

    static func write(_ status: PeerFilteredStatus, to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", id: status.id)
        json.field("status_id", id: status.status)
        json.endObject()
    }

    static func write(_ keyword: PeerFilterKeyword, to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", id: keyword.id)
        json.field("keyword", keyword.text)
        json.field("whole_word", keyword.wholeWord)
        json.endObject()
    }

    /// The field `filtered` of a status.
    static func writeMatches(_ matches: [(filter: Filter, keyword: String)], to json: inout JSONWriter) {
        json.key("filtered")
        json.beginArray()
        for (filter, keyword) in matches {
            json.beginObject()
            json.object("filter") { writeHead(filter, to: &$0) }
            json.list("keyword_matches", keyword.isEmpty ? [] : [keyword])
            json.list("status_matches", filter.statuses.map(\.status.description))
            json.endObject()
        }
        json.endArray()
    }

    private static func writeHead(_ filter: Filter, to json: inout JSONWriter) {
        json.field("id", id: filter.id.rawValue)
        json.field("title", filter.title)
        json.list("context", contexts.filter { filter.contexts.contains($0.context) }.map(\.name))
        json.timeField("expires_at", unixMilliseconds: filter.expiresUnixMilliseconds)
        json.field("filter_action", filter.action == .hide ? "hide" : "warn")
    }
}
