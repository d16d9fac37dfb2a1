internal import StatuscastModel

/// Holds what looks like spam for an operator: signs are weighed, and the reason says which.
///
/// The weights are such that no single sign holds a status.
struct SpamHook: ReceiveHook {
    private struct Said: Hashable {
        let author: AccountID
        let fingerprint: UInt64
    }

    private static let repetitionMilliseconds: UInt64 = 3_600_000
    private static let repetitionsMax = 4

    let name = "spam"
    let judgesEdits = true
    private let rules: LiveSpamRules
    /// The latest statuses that said it, whatever they replied to.
    private var said: RecentTable<Said, [StatusID]>

    init(rules: LiveSpamRules, countMax: Int) {
        self.rules = rules
        said = RecentTable(milliseconds: Self.repetitionMilliseconds, countMax: countMax)
    }

    func decision(on draft: StatusDraft, in context: ReceiveContext) -> ReceiveDecision {
        let rules = rules.current
        guard rules.holdScore > 0 else { return .accept() }
        let score = score(of: draft, in: context, newAccountMilliseconds: rules.newAccountMilliseconds)
        return score.total < rules.holdScore ? .accept() : .hold("\(score), held from \(rules.holdScore) on")
    }

    mutating func remember(_ draft: StatusDraft, in context: ReceiveContext) {
        guard rules.current.holdScore > 0 else { return }
        let key = Said(author: draft.author, fingerprint: context.fingerprint)
        var statuses = said[key] ?? []
        guard !statuses.contains(draft.id) else { return }
        statuses = Array((statuses + [draft.id]).sorted().suffix(Self.repetitionsMax))
        said.set(statuses, for: key, at: draft.id.unixMilliseconds)
    }

    func score(
        of draft: StatusDraft, in context: ReceiveContext, newAccountMilliseconds: UInt64
    ) -> SpamScore {
        var score = SpamScore()
        // An id says when its account was made.
        let isNew = draft.id.unixMilliseconds < draft.author.unixMilliseconds + newAccountMilliseconds
        if isNew { score.add(1.5, "new account") }
        let links = context.links.count
        if links > 0 { score.add(min(1.0 + 0.5 * Double(links - 1), 2.5), "\(links) link\(links == 1 ? "" : "s")") }
        let strangers = context.strangers
        if strangers > 1 { score.add(min(0.75 * Double(strangers - 1), 3), "\(strangers) strangers mentioned") }
        let repetitions = repetitions(of: draft, context)
        if repetitions > 0 { score.add(min(1.0 * Double(repetitions), 3), "said \(repetitions) times within an hour") }
        if Self.shouts(draft.text) { score.add(1, "capitals") }
        let tags = context.entities.tags.count
        if tags > 5 { score.add(min(0.25 * Double(tags - 5), 1.5), "\(tags) tags") }
        return score
    }

    private func repetitions(of draft: StatusDraft, _ context: ReceiveContext) -> Int {
        let statuses = said[Said(author: draft.author, fingerprint: context.fingerprint)] ?? []
        return statuses.count { status in
            status < draft.id && draft.id.unixMilliseconds - status.unixMilliseconds < Self.repetitionMilliseconds
        }
    }

    /// Mostly capitals, in a script that has them.
    private static func shouts(_ text: String) -> Bool {
        var (upper, letters) = (0, 0)
        for scalar in text.unicodeScalars {
            // What Unicode says is asked only where ASCII does not say it: this runs for every post.
            let isASCII = scalar.isASCII
            let isUpper = isASCII ? ("A"..."Z").contains(scalar) : scalar.properties.isUppercase
            let isCased = isUpper || (isASCII ? ("a"..."z").contains(scalar) : scalar.properties.isCased)
            if isCased { letters += 1 }
            if isUpper { upper += 1 }
        }
        return letters >= 20 && upper * 10 > letters * 7
    }
}

/// A sum that can explain itself.
struct SpamScore: Sendable, CustomStringConvertible {
    private(set) var total = 0.0
    private var signs: [String] = []

    mutating func add(_ weight: Double, _ sign: String) {
        total += weight
        signs.append("\(sign) \(weight)")
    }

    var description: String { "spam score \(total) (\(signs.joined(separator: ", ")))" }
}
