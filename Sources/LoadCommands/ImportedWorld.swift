internal import Load
internal import LoadReport
internal import World

/// A world that was imported: who there is, who follows whom, and the tokens with which a run speaks for them.
struct ImportedWorld: Sendable {
    let world: World
    let imported: ImportRecord

    init(world folder: String, imported: String) throws {
        world = try World(folder: folder)
        self.imported = try ImportRecord(folder: imported)
        guard self.imported.ids.count == world.accounts else {
            throw LoadError(
                "\(imported) is an import of \(self.imported.ids.count) accounts and \(folder) a world of "
                    + "\(world.accounts): they do not belong together")
        }
    }

    /// Whom an account followed when the world began.
    func following(_ account: UInt32) throws -> [UInt32] { try world.following(of: Int(account)) }

    /// Who takes part in a run: the first accounts of the world, whose numbers say nothing about their followers, and
    /// pairs of them of whom one follows the other.
    func cast(active: Int, bulkFollowersAbove: Int, seed: UInt64) throws -> LoadCast {
        let count = min(active, world.accounts)
        let weights = try Activity.weights(of: world)
        let counts = try world.followerCounts()
        return LoadCast(
            ids: Array(imported.ids.prefix(count)), activity: Array(weights.prefix(count)),
            tokens: (0..<count).map { Array(imported.token(of: $0).utf8) },
            pairs: try pairs(among: count, counts, bulkFollowersAbove, seed),
            world: .init(accounts: world.accounts, edges: world.edges, active: count))
    }

    /// Up to 64 pairs of each lane, in the order of a shuffled list of authors.
    private func pairs(
        among count: Int, _ followers: [UInt32], _ bulkFollowersAbove: Int, _ seed: UInt64
    ) throws -> [LoadCast.Pair] {
        var random = SeededGenerator(seed: seed, .probes)
        var found: [String: [LoadCast.Pair]] = [:]
        var row: [UInt32] = []
        // Large authors are few: they are looked at first.
        let authors = (0..<count).shuffled(using: &random)
        let bulk = authors.filter { followers[$0] > bulkFollowersAbove }.prefix(Self.pairsPerLane)
        let normal = authors.lazy.filter { (1...bulkFollowersAbove).contains(Int(followers[$0])) }
        for (lane, authors) in [("bulk", Array(bulk)), ("normal", Array(normal.prefix(Self.pairsPerLane * 4)))] {
            for author in authors where found[lane, default: []].count < Self.pairsPerLane {
                try world.followers(of: author, into: &row)
                guard let reader = row.filter({ $0 < count }).randomElement(using: &random) else { continue }
                found[lane, default: []].append(.init(lane: lane, author: author, reader: Int(reader)))
            }
        }
        return found.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    private static let pairsPerLane = 64
}
