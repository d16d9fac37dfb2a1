/// Every post of the ledger, by author: 40 bytes a post.
struct PostBook: Sendable {
    struct Post: Sendable, Hashable {
        /// 0 where no answer named it.
        var id: UInt64
        var begun: UInt64
        var text: UInt64
        var author: UInt32
        /// Whose status it answers; nil where it answers nobody's, or its author's own.
        var repliedTo: UInt32?
        var isAcknowledged: Bool
        /// Somebody asked to delete it, with whatever outcome.
        var isDeleteAsked = false
        /// The delete was acknowledged: it must not show any more.
        var isDeleted = false
    }

    /// By author, then by id, those without one in front.
    private(set) var posts: [Post]
    private let starts: [Int]

    init(_ unsorted: [Post], accounts: Int) {
        posts = unsorted.sorted { ($0.author, $0.id, $0.begun) < ($1.author, $1.id, $1.begun) }
        var starts = [Int](repeating: 0, count: accounts + 1)
        for post in posts { starts[Int(post.author) + 1] += 1 }
        for index in 0..<accounts { starts[index + 1] += starts[index] }
        self.starts = starts
    }

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

    /// The author's post with this text, whatever its id. A walk through the author's posts: for what has no known id.
    func index(ofText text: UInt64, by author: UInt32) -> Int? {
        indices(by: author).first { posts[$0].text == text }
    }

    mutating func deleteAsked(_ id: UInt64, by author: UInt32, isAcknowledged: Bool) {
        guard let index = index(of: id, by: author) else { return }
        posts[index].isDeleteAsked = true
        if isAcknowledged { posts[index].isDeleted = true }
    }
}
