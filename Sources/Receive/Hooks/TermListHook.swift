internal import StatuscastModel

/// Does with a status what the operator's list says of a word or link in it.
struct TermListHook: ReceiveHook {
    let name = "list"
    let judgesEdits = true
    let file: TermListFile

    /// The reason names the line and not the term: the store keeps it, and the list may be nobody else's business.
    func decision(on draft: StatusDraft, in context: ReceiveContext) -> ReceiveDecision {
        let matches = file.list.matches(in: context)
        if let rule = matches.first(where: { $0.action == .refuse }) {
            return .refuse("line \(rule.line) of the list of words and links")
        }
        if let rule = matches.first(where: { $0.action == .hold }) {
            return .hold("line \(rule.line) of the list of words and links")
        }
        return .accept(
            matches.compactMap { rule in
                if case .copy(let topic) = rule.action { RouteAction(topic: topic, hook: name) } else { nil }
            })
    }
}
