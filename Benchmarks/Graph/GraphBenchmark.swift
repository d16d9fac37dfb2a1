import HashRing
import StatuscastModel
import SocialGraph

/// Loads, expands, changes and restores the look-ups: `graph-benchmark [edges] [accounts] [directory]`.
///
/// Prints a line for each phase. One thread; what the world costs to make is not counted.
@main
struct GraphBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        let edges = arguments.count > 1 ? Int(arguments[1]) ?? 0 : 10_000_000
        let accounts = arguments.count > 2 ? Int(arguments[2]) ?? 0 : max(edges / 100, 1000)
        let world = World(accounts: accounts, edges: edges, seed: 7)
        print(
            "world: \(world.accounts) accounts, \(world.mean.rounded(to: 1)) followers in the mean, ",
            "\(Int(world.followers[world.largest])) the largest", separator: "")
        let snapshots = arguments.count > 3 ? SnapshotPhases(directory: arguments[3]) : nil
        try FollowerPhases(world: world, snapshots: snapshots).run()
        try AuthorPhases(world: world, snapshots: snapshots).run()
    }
}
