internal import World

/// The figures of a world beside those that its distribution states.
struct WorldReport: Encodable {
    private let folder: String
    private let distribution: String
    private let seed: String
    private let followers: WorldFigures
    private let following: WorldFigures
    private let stated: StatedFigures

    init(_ world: World) {
        let description = world.description
        folder = world.folder
        distribution = description.parameters.distribution.name
        seed = String(description.parameters.seed)
        followers = description.followers
        following = description.following
        stated = description.stated
    }

    func show(_ output: OutputOptions) throws {
        if output.json { return try Terminal.print(json: self) }
        Terminal.print(
            "\(folder): \(distribution), seed \(seed), \(followers.accounts) accounts, \(followers.edges) follows")
        Terminal.print(table)
    }

    private var table: String {
        var table = Table([.left(""), .right("followers"), .right("stated"), .right("following")])
        table.add(["mean", Self.text(followers.mean), Self.text(stated.mean), Self.text(following.mean)])
        table.add(["median", "\(followers.median)", Self.text(stated.median), "\(following.median)"])
        table.add(["p99", "\(followers.p99)", Self.text(stated.p99), "\(following.p99)"])
        table.add(["largest", "\(followers.largest)", Self.text(stated.largest), "\(following.largest)"])
        table.add([
            "largest, of all", Self.percent(followers.largestShare),
            stated.largest.map { Self.percent($0 / Double(followers.accounts)) } ?? "",
            Self.percent(following.largestShare),
        ])
        return table.rendered()
    }

    /// With one digit behind the point where there is anything; empty where nothing is stated.
    private static func text(_ value: Double?) -> String {
        guard let value else { return "" }
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private static func percent(_ share: Double) -> String { text(share * 100) + " %" }
}
