import Foundation
import Testing
import World

/// Worlds on disk: both directions agree, and damage is told apart.
struct WorldFolderTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    @Test func bothDirectionsAgree() throws {
        let parameters = try WorldParameters(distribution: .lognormal(mean: 30), seed: 9, accounts: 3_000)
        var steps = 0
        let world = try WorldMaking.make(parameters, in: folder.path) { steps += $0 }
        #expect(steps == 6_000)
        let generator = try WorldGenerator(parameters)
        var (row, pairs) = ([UInt32](), Set<UInt64>())
        for account in 0..<3_000 {
            generator.followers(of: account, into: &row)
            #expect(try world.followers(of: account) == row)
            for follower in row { pairs.insert(UInt64(follower) << 32 | UInt64(account)) }
        }
        var turned = Set<UInt64>()
        for account in 0..<3_000 {
            let following = try world.following(of: account)
            #expect(zip(following, following.dropFirst()).allSatisfy { $0 < $1 })
            for followee in following { turned.insert(UInt64(account) << 32 | UInt64(followee)) }
        }
        #expect(turned == pairs)
        #expect(world.edges == pairs.count)
        #expect(world.description.followers == WorldFigures(counts: try world.followerCounts()))
        #expect(throws: WorldError.self) { try WorldMaking.make(parameters, in: folder.path) }
    }

    @Test func anEdgeListBecomesAWorld() throws {
        let text = "# follower followee\n10 20\n30,20\n20\t10\n10 20\n30 30\n\n30 4000000000\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/list.txt"))
        let world = try WorldMaking.make(
            edgeList: folder.path + "/list.txt", seed: 1, namePrefix: "e", in: folder.path + "/world")
        #expect(world.accounts == 4)
        #expect(try (0..<4).map { try world.followers(of: $0) } == [[1], [0, 2], [], [2]])
        #expect(try world.following(of: 2) == [1, 3])
    }

    @Test(arguments: ["1 2\n3\n", "1 2\nx y\n", "1 2\n3 4294967296\n", "1 2\n3 4 5\n"])
    func aLineThatMakesNoSenseIsNamed(text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/list.txt"))
        let error = #expect(throws: WorldError.self) {
            try WorldMaking.make(
                edgeList: folder.path + "/list.txt", seed: 1, namePrefix: "e", in: folder.path + "/world")
        }
        #expect(error?.description.contains("line 2") == true)
    }

    @Test func damageIsToldApart() throws {
        let parameters = try WorldParameters(distribution: .flat(followers: 5), seed: 9, accounts: 100)
        _ = try WorldMaking.make(parameters, in: folder.path)
        let path = folder.path + "/followers.edges"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for offset in 0..<whole.count where !(48..<64).contains(offset) {
            var damaged = whole
            damaged[offset] ^= 0x40
            try damaged.write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: WorldError.self) { try World(folder: folder.path) }
            #expect(error?.code == ((8..<12).contains(offset) ? .unsupportedVersion : .corrupt), "offset \(offset)")
        }
        try whole.dropLast(1).write(to: URL(fileURLWithPath: path))
        #expect(throws: WorldError.self) { try World(folder: folder.path) }
        try whole.write(to: URL(fileURLWithPath: path))
        #expect(try World(folder: folder.path).accounts == 100)
    }

    @Test func activityFollowsFollowers() throws {
        let parameters = try WorldParameters(distribution: .lognormal(mean: 40), seed: 4, accounts: 5_000)
        let world = try WorldMaking.make(parameters, in: folder.path)
        let (weights, counts) = (try Activity.weights(of: world), try world.followerCounts())
        #expect(weights == (try Activity.weights(of: world)))
        let order = counts.indices.sorted { counts[$0] < counts[$1] }
        func total(_ accounts: some Sequence<Int>) -> Double { accounts.reduce(0) { $0 + weights[$1] } }
        #expect(total(order.suffix(500)) > 3 * total(order.prefix(500)))
        var random = SeededGenerator(seed: 1, .load)
        let drawn = WeightedAccounts(weights: weights)
        let top = Set(order.suffix(500))
        let hits = (0..<20_000).filter { _ in top.contains(drawn.draw(&random)) }.count
        let expected = total(order.suffix(500)) / total(order) * 20_000
        #expect(abs(Double(hits) - expected) < 600, "\(hits) for \(expected)")
    }

    @Test func anImportRecordComesBack() throws {
        let writer = try ImportRecordWriter(folder: folder.path)
        try writer.write(ids: [7, 8, 1 << 62])
        let record = try ImportRecord(folder: folder.path)
        #expect(record.ids == [7, 8, 1 << 62])
        #expect(record.token(of: 1) != record.token(of: 2))
        #expect(try ImportRecordWriter(folder: folder.path).tokenHash(of: 1) == writer.tokenHash(of: 1))
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/tokens.key")[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }
}
