internal import CanonicalStore
internal import StatuscastModel
internal import Synchronization

/// What the store remembers from one part of a bulk import to the next, so that nothing is derived or looked up for
/// each of its accounts anew.
final class ImportMemory: Sendable {
    private struct State {
        var password: (hashOfText: [UInt8], hash: String)?
        var accounts = AccountSet()
    }

    private let state = Mutex(State())

    /// The hash of the password that was derived last, if it is this password's.
    func hash(of password: String) -> String? {
        let text = SecretText.hash(password)
        return state.withLock { state in
            guard let kept = state.password, kept.hashOfText == text else { return nil }
            return kept.hash
        }
    }

    func keep(_ hash: String, of password: String) {
        let text = SecretText.hash(password)
        state.withLock { $0.password = (text, hash) }
    }

    /// Those that are not known to exist.
    func unknown(_ lists: [AccountEvent.ImportedFollows]) -> Set<AccountID> {
        state.withLock { state in
            var unknown: Set<AccountID> = []
            for list in lists {
                if !state.accounts.contains(list.follower) { unknown.insert(list.follower) }
                for followee in list.followees where !state.accounts.contains(followee) { unknown.insert(followee) }
            }
            return unknown
        }
    }

    func exist(_ accounts: some Sequence<AccountID>) {
        state.withLock { state in for account in accounts { state.accounts.insert(account) } }
    }
}

/// A set of accounts: 64 of one node and millisecond share a word, so those of an import take less than a byte each.
/// Forgets all of them rather than hold more than a million words.
private struct AccountSet {
    private static let wordsMax = 1 << 20
    private var words: [UInt64: UInt64] = [:]

    func contains(_ account: AccountID) -> Bool {
        (words[account.rawValue >> 6] ?? 0) >> UInt64(account.sequence) & 1 == 1
    }

    mutating func insert(_ account: AccountID) {
        if words.count >= Self.wordsMax { words.removeAll() }
        words[account.rawValue >> 6, default: 0] |= 1 << UInt64(account.sequence)
    }
}
