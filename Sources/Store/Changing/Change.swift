internal import StatuscastModel

/// One change that somebody asked for: facts of one user shard that belong together. They get their ids when their turn
/// comes.
struct Change: Sendable {
    var shard: Int
    var facts: [AccountEvent.Change]
    /// What they were judged by, if they hold no longer than that.
    var premise: Premise?

    /// The folded names and addresses of the accounts that this change makes: they must be free.
    var signUps: [(name: String, email: String)] {
        facts.flatMap { fact -> [(name: String, email: String)] in
            switch fact {
            case .accountCreated(let account, let credentials):
                [(account.username.lowercased(), credentials.email)]
            case .accountsImported(let imported):
                imported.entries.map { ($0.account.username.lowercased(), $0.email) }
            default: []
            }
        }
    }

    /// A part of an import: so large that nothing else shares its frame and its transaction.
    var isBulk: Bool {
        facts.contains { fact in
            switch fact {
            case .accountsImported, .followsImported: true
            default: false
            }
        }
    }
}
