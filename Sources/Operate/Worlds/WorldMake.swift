internal import ArgumentParser
internal import World

/// `statuscast-load world make`, which is also what `world` alone does.
struct WorldMake: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make", abstract: "Make a world.",
        discussion: """
            Distributions, of the numbers of followers:
              lognormal      active accounts of today: median 61, above the 99th percentile a Pareto tail with index
                             0.9, the largest account followed by 20 % of all; --mean scales all of it
              twitter-2009   mean 35, a power law with exponent 2.28
              flat           everybody has --mean followers
              celebrity      one account has --followers, or everybody; the others have --mean
              hyperfollower  --hyperfollowers accounts follow --following others each; everybody has --mean more
              FILE           an edge list: a line for each follow, the follower's number first

            Whom accounts follow is heavy-tailed as well. The figures of the world are printed beside those that its \
            distribution states.

            \(ExitStatus.help)
            """)

    @OptionGroup var output: OutputOptions
    @OptionGroup var progress: ProgressOptions

    @Option(name: .long, help: "The folder to make.")
    var out: String

    @Option(name: .long, help: "lognormal, twitter-2009, flat, celebrity, hyperfollower, or an edge list file.")
    var distribution = "lognormal"

    @Option(name: .long, help: "What the world follows from.")
    var seed: UInt64 = 1

    @Option(name: .long, help: "How many accounts; an edge list has its own.")
    var accounts = 10_000

    @Option(name: .long, help: "Followers on average: of all accounts, or of the ordinary ones (10 by default).")
    var mean: Double?

    @Option(name: .long, help: "Followers of the celebrity.")
    var followers: Int?

    @Option(name: .long, help: "How many accounts follow very many.")
    var hyperfollowers = 10

    @Option(name: .long, help: "How many others each of those follows, at most all of them.")
    var following = 100_000

    @Option(name: .long, help: "What usernames begin with.")
    var prefix = "w"

    func run() async throws {
        let world = try await OperatedData.onThread { try make() }
        try WorldReport(world).show(output)
    }

    private func make() throws -> World {
        guard let law = try law() else {
            return try withProgress(nil) { told in
                try WorldMaking.make(edgeList: distribution, seed: seed, namePrefix: prefix, in: out, progress: told)
            }
        }
        let parameters = try WorldParameters(
            distribution: law, seed: seed, accounts: accounts, namePrefix: prefix)
        return try withProgress(accounts * 2) { told in
            try WorldMaking.make(parameters, in: out, progress: told)
        }
    }

    private func withProgress(_ total: Int?, _ body: (@escaping (Int) -> Void) throws -> World) throws -> World {
        let progress = Progress("rows", of: total, options: progress)
        defer { progress.end() }
        return try body { progress.advance(by: $0) }
    }

    /// Nil for an edge list.
    private func law() throws -> WorldDistribution? {
        let others = Int((mean ?? 10).rounded())
        switch distribution {
        case "lognormal": return .lognormal(mean: mean)
        case "twitter-2009": return .twitter2009
        case "flat": return .flat(followers: others)
        case "celebrity": return .celebrity(followers: followers, others: others)
        case "hyperfollower":
            return .hyperfollower(
                accounts: hyperfollowers, following: min(following, max(0, accounts - 1)), others: others)
        case let path where path.contains("/") || path.contains("."): return nil
        default:
            throw OperateError(
                .usage,
                "there is no distribution \"\(distribution)\"; an edge list is named by a path with a dot or a slash")
        }
    }
}
