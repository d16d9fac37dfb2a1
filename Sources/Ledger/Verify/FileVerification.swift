internal import DurableFiles

/// Compares the promises with the mailboxes as they lie on disk. It needs no running process, and holds one mailbox
/// at a time on each thread beside the promises themselves.
///
/// Homes, outboxes, notifications of reblogs, `public` and the list of deletes are compared. A status counts as delivered when its record is
/// whole in a file of the mailbox.
public struct FileVerification: Sendable {
    private let promises: Promises
    private let tree: MailboxTree
    private let threads: Int

    public init(_ promises: Promises, mailboxes root: String, threads: Int = 2) {
        self.promises = promises
        tree = MailboxTree(root: root)
        self.threads = threads
    }

    /// What one branch of the tree has shown.
    private struct Part: Sendable {
        var verdict = Verdict()
        var doubts: [Int: MailboxCheck.Doubt] = [:]
        /// Whose homes and outboxes were found; what is not found is compared as if it were empty.
        var homes: Set<UInt32> = []
        var outboxes: Set<UInt32> = []
        var notifications: Set<UInt32> = []
        var hasPublic = false
        var deletes: Set<UInt64> = []

        mutating func merge(_ other: Part) {
            verdict.merge(other.verdict)
            doubts.merge(other.doubts) { .init(due: $0.due + $1.due, seen: $0.seen + $1.seen) }
            homes.formUnion(other.homes)
            outboxes.formUnion(other.outboxes)
            notifications.formUnion(other.notifications)
            hasPublic = hasPublic || other.hasPublic
            deletes.formUnion(other.deletes)
        }
    }

    /// Throws where the tree or a file in it cannot be read.
    public func run() async throws -> Verdict {
        let branches = try tree.branches()
        let workers = FileThreads(name: "verify", count: threads)
        defer { workers.stop() }
        var whole = Part()
        whole.verdict = promises.verdict
        try await withThrowingTaskGroup(of: Part.self) { group in
            for branch in branches {
                group.addTask { try await workers.run { Result { try part(branch) } }.get() }
            }
            for try await part in group { whole.merge(part) }
        }
        try addAbsent(&whole)
        addDoubts(&whole)
        for id in promises.acknowledgedDeletes.subtracting(whole.deletes).sorted() {
            whole.verdict.add(
                Fault(
                    .deletedShown, status: id, place: "tombstones", detail: "its delete is not in the list of deletes"))
        }
        return whole.verdict
    }

    private func part(_ branch: String) throws -> Part {
        var part = Part()
        try tree.forEachOwner(below: branch) { owner in
            for (kind, files) in owner.files {
                if owner.name == "tombstones" {
                    try readDeletes(files, &part)
                } else if owner.name == "public" {
                    part.hasPublic = true
                    try compare(.publicTimeline, files, &part)
                } else if let account = owner.account.flatMap({ promises.numbers[$0] }) {
                    if kind == "home", part.homes.insert(account).inserted {
                        try compare(.home(try promises.follows.reader(account)), files, &part)
                    }
                    if kind == "outbox", part.outboxes.insert(account).inserted {
                        try compare(.outbox(account), files, &part)
                    }
                    if kind == "notifications", part.notifications.insert(account).inserted {
                        try compare(.notifications(account), files, &part)
                    }
                }
            }
        }
        return part
    }

    private enum Box {
        case home(FollowBook.Reader)
        case outbox(UInt32)
        case notifications(UInt32)
        case publicTimeline
    }

    private func compare(_ box: Box, _ files: [String], _ part: inout Part) throws {
        var check = MailboxCheck(promises, place: place(of: box))
        try check.read(files, claim: { claim($0, box) }, into: &part.verdict)
        for some in posts(of: box) {
            check.settle(some, claim: { claim($0, box) }, into: &part.verdict, doubts: &part.doubts)
        }
    }

    private func claim(_ post: PostBook.Post, _ box: Box) -> Claim {
        switch box {
        case .home(let reader): reader.claim(to: post)
        case .outbox(let author): post.author == author ? .must : .never
        case .notifications(let owner): post.reblogOf != 0 && post.other == owner ? .must : .never
        case .publicTimeline: post.reblogOf == 0 ? .must : .never
        }
    }

    /// The posts that may lie there.
    private func posts(of box: Box) -> [any Sequence<Int>] {
        switch box {
        case .home(let reader): reader.authors.map(promises.posts.indices(by:))
        case .outbox(let author): [promises.posts.indices(by: author)]
        case .notifications(let owner): [promises.posts.reblogs(ofStatusesBy: owner)]
        case .publicTimeline: [promises.posts.posts.indices]
        }
    }

    private func place(of box: Box) -> String {
        switch box {
        case .home(let reader): "home/\(promises.ids[Int(reader.number)])"
        case .outbox(let author): "outbox/\(promises.ids[Int(author)])"
        case .notifications(let owner): "notifications/\(promises.ids[Int(owner)])"
        case .publicTimeline: "public"
        }
    }

    private func readDeletes(_ files: [String], _ part: inout Part) throws {
        for path in files {
            part.verdict.tornBytes += try MailboxFile(path: path).forEach { entry in
                if let target = entry.target { part.deletes.insert(target) }
            }
        }
    }

    /// Mailboxes that do not exist are empty: what they must have is missing.
    private func addAbsent(_ part: inout Part) throws {
        for account in promises.ids.indices.map({ UInt32($0) }) {
            if !part.homes.contains(account) {
                try compare(.home(try promises.follows.reader(account)), [], &part)
            }
            if !part.outboxes.contains(account) { try compare(.outbox(account), [], &part) }
        }
        for account in promises.posts.reblogged where !part.notifications.contains(account) {
            try compare(.notifications(account), [], &part)
        }
        if !part.hasPublic { try compare(.publicTimeline, [], &part) }
    }

    private func addDoubts(_ part: inout Part) {
        for (index, doubt) in part.doubts.sorted(by: { $0.key < $1.key }) where doubt.seen > 0 {
            guard doubt.seen < doubt.due else {
                part.verdict.unknownEverywhere += 1
                continue
            }
            let post = promises.posts.posts[index]
            part.verdict.add(
                Fault(
                    .partial, status: post.id == 0 ? nil : post.id, place: "\(doubt.seen) of \(doubt.due) mailboxes",
                    detail: "by account \(promises.ids[Int(post.author)]), never answered"))
        }
    }
}
