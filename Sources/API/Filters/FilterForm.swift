internal import Peers
internal import StatuscastModel
internal import SystemClock

/// What a client says a filter should be.
enum FilterForm {
    /// Changes what the parameters name and leaves the rest.
    static func fill(_ filter: inout PeerFilter, _ parameters: RequestParameters) throws(ClientError) {
        if let title = parameters["title"] { filter.title = title }
        let names = parameters.list("context")
        if !names.isEmpty { filter.contexts = UInt32(try contexts(names).rawValue) }
        if let action = parameters["filter_action"] {
            guard let known = FilterJSON.actions.first(where: { $0.name == action }) else {
                throw .validation("Action \(RequestParameters.shown(action)) is not warn or hide")
            }
            filter.action = UInt32(known.action.rawValue)
        } else if filter.action == 0 {
            filter.action = UInt32(Filter.Action.warn.rawValue)
        }
        if let text = parameters["expires_in"] {
            let seconds = UInt64(text) ?? 0
            filter.expiresUnixMilliseconds =
                seconds == 0 ? 0 : UnixClock.milliseconds() + min(seconds, 1 << 32) * 1_000
        }
        for attributes in parameters.objects("keywords_attributes") { try apply(attributes, to: &filter) }
    }

    private static func contexts(_ names: [String]) throws(ClientError) -> Filter.Contexts {
        var contexts: Filter.Contexts = []
        for name in names {
            guard let known = FilterJSON.contexts.first(where: { $0.name == name }) else {
                throw .validation("Context None or invalid context supplied")
            }
            contexts.insert(known.context)
        }
        return contexts
    }

    /// Without an id a new keyword; with one that keyword changed, or removed by `_destroy`.
    private static func apply(_ attributes: [String: String], to filter: inout PeerFilter) throws(ClientError) {
        let wholeWord = attributes["whole_word"].map { ["true", "1", "on", "t", "yes"].contains($0.lowercased()) }
        guard let written = attributes["id"] else {
            var keyword = PeerFilterKeyword()
            keyword.text = attributes["keyword"] ?? ""
            keyword.wholeWord = wholeWord ?? false
            filter.keywords.append(keyword)
            return
        }
        guard let id = FilterID(written), let index = filter.keywords.firstIndex(where: { $0.id == id.rawValue })
        else { throw .notFound }
        if ["true", "1"].contains(attributes["_destroy"]) {
            filter.keywords.remove(at: index)
            return
        }
        if let text = attributes["keyword"] { filter.keywords[index].text = text }
        if let wholeWord { filter.keywords[index].wholeWord = wholeWord }
    }
}
