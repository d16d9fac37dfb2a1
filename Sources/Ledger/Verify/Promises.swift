/// Everything that the ledgers and the world promise: what the verification compares with.
public struct Promises: Sendable {
    /// Accounts of the world by id.
    let numbers: [UInt64: UInt32]
    let ids: [UInt64]
    let follows: FollowBook
    let posts: PostBook
    /// Unix microseconds of the first thing that any ledger knows; what is older is none of its business.
    let began: UInt64
    let acknowledgedDeletes: Set<UInt64>

    /// Reads the ledgers. `accounts` are the world's ids by number, `following` answers whom an account followed when
    /// the world began, by numbers, ascending; it is asked from several threads. Blocks. Throws where a ledger is
    /// damaged, or names an account that is not in the world.
    public init(
        ledgers: [String], accounts ids: [UInt64], following: @escaping @Sendable (UInt32) throws -> [UInt32]
    ) throws {
        self.ids = ids
        numbers = Dictionary(ids.enumerated().map { ($1, UInt32($0)) }, uniquingKeysWith: { first, _ in first })
        var follows = FollowBook(following: following)
        var posts: [PostBook.Post] = []
        var deletes: [(status: UInt64, author: UInt32, isAcknowledged: Bool)] = []
        var began = UInt64.max
        for path in ledgers {
            try LedgerReader(path: path).forEach { [numbers] record in
                began = min(began, record.begun)
                guard record.outcome != .refused else { return }
                func number(_ account: UInt64) throws -> UInt32 {
                    if let number = numbers[account] { return number }
                    throw LedgerError(
                        .damaged,
                        "\(path) names account \(account), which is not in the world: is it another world's?")
                }
                let account = try number(record.account)
                let isAcknowledged = record.outcome == .acknowledged
                switch record.kind {
                case .post, .reblog:
                    posts.append(
                        .init(
                            id: record.subject, begun: record.begun, text: record.text, author: account,
                            reblogOf: record.kind == .reblog ? record.parent : 0,
                            other: record.repliedTo == 0 || record.repliedTo == record.account
                                ? nil : try number(record.repliedTo),
                            isAcknowledged: isAcknowledged))
                case .delete: deletes.append((record.subject, account, isAcknowledged))
                case .follow, .unfollow:
                    follows.add(
                        .init(
                            isFollow: record.kind == .follow, begun: record.begun,
                            ended: isAcknowledged ? record.ended : .max),
                        of: account, to: try number(record.subject))
                }
            }
        }
        var book = PostBook(posts, accounts: ids.count)
        for delete in deletes {
            book.deleteAsked(delete.status, by: delete.author, isAcknowledged: delete.isAcknowledged)
        }
        book.deleteReblogsOfDeleted()
        self.follows = follows
        self.posts = book
        self.began = began
        acknowledgedDeletes = Set(deletes.filter(\.isAcknowledged).map(\.status))
    }

    /// Whether a status carries a time from before the ledgers: its id says when it was made.
    func isEarlier(_ id: UInt64) -> Bool { id >> 16 < began / 1_000 }

    var verdict: Verdict {
        var verdict = Verdict()
        for post in posts.posts {
            if post.isAcknowledged { verdict.acknowledged += 1 } else { verdict.unknown += 1 }
            if post.isDeleted { verdict.deleted += 1 }
        }
        return verdict
    }
}
