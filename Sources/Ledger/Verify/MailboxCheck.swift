/// The comparison of one mailbox with what must, may and must not be in it. Holds the ids of that mailbox alone.
struct MailboxCheck {
    /// How often a post that nobody answered had to be somewhere, and was.
    struct Doubt: Sendable {
        var due = 0
        var seen = 0
    }

    let promises: Promises
    let place: String
    private var present: Set<UInt64> = []
    /// Posts without a known id that are here, by their place in the book.
    private var presentUnnamed: Set<Int> = []

    init(_ promises: Promises, place: String) {
        self.promises = promises
        self.place = place
    }

    /// Reads a mailbox's files; `claim` says of each post of the book whether it belongs here.
    mutating func read(
        _ files: [String], claim: (PostBook.Post) -> Claim, into verdict: inout Verdict
    ) throws {
        verdict.mailboxes += 1
        for path in files {
            verdict.tornBytes += try MailboxFile(path: path).forEach { entry in
                verdict.records += 1
                if let fault = take(entry, path, claim, &verdict) { verdict.add(fault) }
            }
        }
    }

    /// Nil where the record is right here, or none of the ledgers' business.
    private mutating func take(
        _ entry: MailboxEntry, _ path: String, _ claim: (PostBook.Post) -> Claim, _ verdict: inout Verdict
    ) -> Fault? {
        guard let id = entry.id, let author = entry.author, entry.isWhole else {
            return Fault(.damaged, status: entry.id, place: path, detail: "a record lacks what every record has")
        }
        guard entry.kind == "status" else { return nil }
        if promises.isEarlier(id) {
            verdict.earlier += 1
            return nil
        }
        // Copies of one record in several files are legal: readers show one.
        guard present.insert(id).inserted else { return nil }
        func fault(_ kind: Fault.Kind, _ detail: String) -> Fault {
            Fault(kind, status: id, place: place, detail: detail)
        }
        guard let number = promises.numbers[author] else {
            return fault(.neverPosted, "by account \(author), which is not in the world")
        }
        if let index = promises.posts.index(of: id, by: number) {
            let post = promises.posts.posts[index]
            if post.text != entry.text { return fault(.changed, "its text is not what was posted") }
            if post.reblogOf != entry.reblogOf { return fault(.changed, "it repeats another status") }
            return claim(post) == .never ? fault(.notAllowed, "by account \(author)") : nil
        }
        guard let index = promises.posts.index(ofText: entry.text, reblogOf: entry.reblogOf, by: number) else {
            return fault(.neverPosted, "by account \(author)")
        }
        let post = promises.posts.posts[index]
        if post.id != 0 { return fault(.double, "the same text as status \(post.id)") }
        presentUnnamed.insert(index)
        return claim(post) == .never ? fault(.notAllowed, "by account \(author)") : nil
    }

    /// Compares with some posts of the book, once all files are read.
    func settle(
        _ posts: some Sequence<Int>, claim: (PostBook.Post) -> Claim, into verdict: inout Verdict,
        doubts: inout [Int: Doubt]
    ) {
        for index in posts {
            let post = promises.posts.posts[index]
            let claimed = claim(post)
            if claimed == .never { continue }
            if claimed == .may || post.isDeleteAsked {
                verdict.eitherOr += 1
                continue
            }
            let isHere = post.id == 0 ? presentUnnamed.contains(index) : present.contains(post.id)
            guard post.isAcknowledged else {
                doubts[index, default: Doubt()].due += 1
                if isHere { doubts[index, default: Doubt()].seen += 1 }
                continue
            }
            verdict.due += 1
            if isHere {
                verdict.found += 1
            } else {
                verdict.add(
                    Fault(
                        .missing, status: post.id, place: place,
                        detail: "by account \(promises.ids[Int(post.author)])"))
            }
        }
    }
}
