internal import StatuscastModel

/// An operator's list of words and links, and what becomes of statuses that hold them. One rule a line:
///
/// ```
/// # a comment
/// refuse word cheap watches
/// hold link shop.example/offers
/// copy:route.alerts text outage
/// ```
///
/// `word` is found as whole words, `text` anywhere, both without regard to case; `link` is a host with all below it,
/// and perhaps the beginning of a path. The term is the rest of the line.
struct TermList: Sendable {
    enum Action: Sendable, Hashable {
        case refuse
        case hold
        case copy(topic: String)
    }

    enum Term: Sendable {
        case word(FoldedText)
        case text(FoldedText)
        case link(TextLink)
    }

    struct Rule: Sendable {
        let line: Int
        let action: Action
        let term: Term
    }

    /// What is wrong with a line, in words for the operator. The line has no effect.
    struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        let line: Int
        let reason: String
        var description: String { "line \(line): \(reason)" }
    }

    private(set) var rules: [Rule] = []
    private(set) var faults: [Fault] = []

    init() {}

    init(parsing text: String) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(maxSplits: 2, whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            do throws(Fault) {
                rules.append(try Self.rule(words, line: index + 1))
            } catch {
                faults.append(error)
            }
        }
    }

    /// Every rule that applies, in the order of the list.
    func matches(in context: ReceiveContext) -> [Rule] {
        rules.filter { rule in
            switch rule.term {
            case .word(let term): context.folded.contains(term, wholeWord: true)
            case .text(let term): context.folded.contains(term, wholeWord: false)
            case .link(let term): context.links.contains { $0.leads(to: term.host, path: term.path) }
            }
        }
    }

    private static func rule(_ words: [Substring], line: Int) throws(Fault) -> Rule {
        func fault(_ reason: String) -> Fault { Fault(line: line, reason: reason) }
        guard words.count == 3 else { throw fault("needs an action, a kind and a term") }
        let term = String(words[2].reversed().drop(while: \.isWhitespace).reversed())
        let action: Action
        switch words[0] {
        case "refuse": action = .refuse
        case "hold": action = .hold
        case let copy where copy.hasPrefix("copy:"):
            let topic = String(copy.dropFirst("copy:".count))
            guard Topics.isRoute(topic) else { throw fault("\"\(topic)\" is no name of a topic route.*") }
            action = .copy(topic: topic)
        default: throw fault("\"\(words[0])\" is none of refuse, hold, copy:route.NAME")
        }
        switch words[1] {
        case "word": return Rule(line: line, action: action, term: .word(FoldedText(term)))
        case "text": return Rule(line: line, action: action, term: .text(FoldedText(term)))
        case "link":
            guard let link = TextLink(address: FoldedText(term).bytes[...]), !term.contains("://") else {
                throw fault("\"\(term)\" is not HOST or HOST/PATH")
            }
            return Rule(line: line, action: action, term: .link(link))
        default: throw fault("\"\(words[1])\" is none of word, text, link")
        }
    }
}
