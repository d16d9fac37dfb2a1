/// Every post and reblog of the ledger, by author: 48 bytes each.
struct PostBook: Sendable {
    struct Post: Sendable, Hashable {
        /// 0 where no answer named it.
        var id: UInt64
        var begun: UInt64
        var text: UInt64
        var author: UInt32
        /// The status that it repeats; 0 where it is no reblog.
        var reblogOf: UInt64 = 0
        /// Whose status it answers or repeats; nil where that is nobody's, or its author's own.
        var other: UInt32?
        var isAcknowledged: Bool
        /// Somebody asked to delete it, or what it repeats, with whatever outcome.
        var isDeleteAsked = false
        /// The delete was acknowledged: it must not show any more.
        var isDeleted = false
    }

    /// By author, then by id, those without one in front.
    private(set) var posts: [Post]
    private let starts: [Int]
    /// Reblogs by whose statuses they repeat, others' only.
    private let reblogs: [UInt32: [Int]]

    init(_ unsorted: [Post], accounts: Int) {
        posts = Self.folded(unsorted.sorted { ($0.author, $0.id, $0.begun) < ($1.author, $1.id, $1.begun) })
        var starts = [Int](repeating: 0, count: accounts + 1)
        for post in posts { starts[Int(post.author) + 1] += 1 }
        for index in 0..<accounts { starts[index + 1] += starts[index] }
        self.starts = starts
        var reblogs: [UInt32: [Int]] = [:]
        for (index, post) in posts.enumerated() where post.reblogOf != 0 {
            if let other = post.other { reblogs[other, default: []].append(index) }
        }
        self.reblogs = reblogs
    }

    /// Who reblogs again is answered with the first reblog: one status, which went out when it was asked for first.
    private static func folded(_ sorted: [Post]) -> [Post] {
        var posts: [Post] = []
        posts.reserveCapacity(sorted.count)
        for post in sorted {
            if post.id != 0, let last = posts.indices.last, posts[last].id == post.id, posts[last].author == post.author {
                posts[last].isAcknowledged = posts[last].isAcknowledged || post.isAcknowledged
            } else {
                posts.append(post)
            }
        }
        return posts
    }

    /// Of the account's statuses, by others.
    func reblogs(ofStatusesBy account: UInt32) -> [Int] { reblogs[account] ?? [] }

    /// Whose statuses were reblogged by others.
    var reblogged: some Sequence<UInt32> { reblogs.keys }

    func indices(by author: UInt32) -> Range<Int> { starts[Int(author)]..<starts[Int(author) + 1] }

    func index(of id: UInt64, by author: UInt32) -> Int? {
        let range = indices(by: author)
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = low + (high - low) / 2
            if posts[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < range.upperBound && posts[low].id == id ? low : nil
    }

    /// The author's post with this text, or reblog of this status, whatever its id. A walk through the author's posts:
    /// for what has no known id.
    func index(ofText text: UInt64, reblogOf: UInt64, by author: UInt32) -> Int? {
        indices(by: author).first { posts[$0].text == text && posts[$0].reblogOf == reblogOf }
    }

    mutating func deleteAsked(_ id: UInt64, by author: UInt32, isAcknowledged: Bool) {
        guard let index = index(of: id, by: author) else { return }
        posts[index].isDeleteAsked = true
        if isAcknowledged { posts[index].isDeleted = true }
    }

    /// Once all deletes are known: a reblog goes with what it repeats.
    mutating func deleteReblogsOfDeleted() {
        var gone: [UInt64: Bool] = [:]
        for post in posts where post.isDeleteAsked && post.id != 0 { gone[post.id] = post.isDeleted }
        for index in posts.indices {
            guard let isDeleted = gone[posts[index].reblogOf] else { continue }
            posts[index].isDeleteAsked = true
            if isDeleted { posts[index].isDeleted = true }
        }
    }
}
