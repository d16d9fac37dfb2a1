/// What a verification asks of the running system, as clients would.
public protocol ShownStatuses: Sendable {
    /// Ids of the home timeline of an account (by its number in the world) as its pages give them, newest first, down
    /// to the first that is older than the time (unix milliseconds).
    func home(of account: UInt32, since unixMilliseconds: UInt64) async throws -> [UInt64]

    /// Whether the account can read the status by its id.
    func canRead(_ status: UInt64, as account: UInt32) async throws -> Bool
}

/// Compares the promises with what the API shows. Some accounts stand for all: each page costs the system work.
public struct ShownVerification: Sendable {
    private let promises: Promises
    private let shown: any ShownStatuses

    public init(_ promises: Promises, _ shown: any ShownStatuses) {
        self.promises = promises
        self.shown = shown
    }

    /// Reads the homes of `readers`, and up to `singles` statuses by their ids: deleted ones, which must be gone, and
    /// others, which must be there. Adds what it finds to `verdict`. Throws where the system does not answer.
    public func run(readers: [UInt32], singles: Int, into verdict: inout Verdict) async throws {
        for reader in readers {
            let ids = try await shown.home(of: reader, since: promises.began / 1_000)
            verdict.readers += 1
            verdict.shown += ids.count
            compare(ids, try promises.follows.reader(reader), &verdict)
        }
        guard let witness = readers.first else { return }
        let posts = promises.posts.posts.filter(\.isAcknowledged)
        for post in Self.spread(posts.filter(\.isDeleted), singles) where try await shown.canRead(post.id, as: witness)
        {
            verdict.add(
                Fault(.deletedShown, status: post.id, place: "by its id", detail: "its delete was acknowledged"))
        }
        for post in Self.spread(posts.filter { !$0.isDeleteAsked }, singles)
        where !(try await shown.canRead(post.id, as: witness)) {
            verdict.add(Fault(.missing, status: post.id, place: "by its id", detail: "it was acknowledged"))
        }
    }

    private func compare(_ ids: [UInt64], _ reader: FollowBook.Reader, _ verdict: inout Verdict) {
        let place = "home/\(promises.ids[Int(reader.number)]) as the API shows it"
        var seen: Set<UInt64> = []
        for id in ids where !seen.insert(id).inserted {
            verdict.add(Fault(.double, status: id, place: place, detail: "on its pages twice"))
        }
        var known: Set<UInt64> = []
        var unnamed = 0
        for author in reader.authors {
            for index in promises.posts.indices(by: author) {
                let post = promises.posts.posts[index]
                let claim = reader.claim(to: post)
                if claim == .never { continue }
                if post.id == 0 { unnamed += 1 }
                known.insert(post.id)
                if post.isDeleted {
                    if seen.contains(post.id) {
                        verdict.add(
                            Fault(.deletedShown, status: post.id, place: place, detail: "its delete was acknowledged"))
                    }
                } else if claim == .must, post.isAcknowledged, !post.isDeleteAsked, !seen.contains(post.id) {
                    verdict.add(Fault(.missing, status: post.id, place: place, detail: "it was acknowledged"))
                }
            }
        }
        // Posts that were never answered have ids that no ledger knows: as many strange ones are allowed.
        let strange = seen.filter { !known.contains($0) && !promises.isEarlier($0) }.sorted()
        for id in strange.dropFirst(unnamed) {
            verdict.add(
                Fault(.notAllowed, status: id, place: place, detail: "nobody whom the reader follows posted it"))
        }
    }

    /// At most `count` of them, from all parts of the list.
    private static func spread(_ posts: [PostBook.Post], _ count: Int) -> [PostBook.Post] {
        guard posts.count > count, count > 0 else { return count > 0 ? posts : [] }
        return (0..<count).map { posts[$0 * posts.count / count] }
    }
}
