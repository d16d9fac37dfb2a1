internal import StatuscastModel

/// One change that somebody asked for: facts of one user shard that belong together. They get their ids when their turn
/// comes.
struct Change: Sendable {
    var shard: Int
    var facts: [AccountEvent.Change]

    /// The account that this change makes, if it makes one: its name and address must be free.
    var signUp: (account: Account, credentials: AccountEvent.Credentials)? {
        for case .accountCreated(let account, let credentials) in facts { return (account, credentials) }
        return nil
    }
}
