internal import ArgumentParser
internal import HashRing
internal import Settings

/// `statuscast queue ring`
struct RingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ring", abstract: "Show which queue node owns which partitions, and what a change would move.",
        discussion: """
            With --add, --weight, --drain or --remove it shows what would move, and changes nothing: the commands add-node, \
            set-weight, drain-node and remove-node do. What moves is where new streams open; nothing is copied.
            \(ExitStatus.help)
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .long, parsing: .upToNextOption, help: "NAME[:WEIGHT][=ADDRESS] of nodes to add.")
    var add: [String] = []

    @Option(name: .long, parsing: .upToNextOption, help: "NAME:WEIGHT of nodes whose weight is to change.")
    var weight: [String] = []

    @Option(name: .long, parsing: .upToNextOption, help: "Nodes to drain.")
    var drain: [String] = []

    @Option(name: .long, parsing: .upToNextOption, help: "Nodes to remove.")
    var remove: [String] = []

    func run() async throws {
        let membership = try MembershipAccess(data: try data.location).current()
        let partitions = try ClusterFile.load(sharedDirectory: try data.location.shared).partitions
        var changed = membership
        for change in try changes() { try change.apply(to: &changed) }
        let view = RingView(membership: changed, partitions: partitions)
        let moves = membership.ring.moves(to: changed.ring, partitions: partitions)
        if output.json {
            for row in view.rows { try Terminal.print(json: row) }
            for move in moves { try Terminal.print(json: RingView.Move(move)) }
            return
        }
        Terminal.print(view.table)
        if changed != membership { Terminal.print(RingView.text(of: moves, partitions: partitions)) }
    }

    private func changes() throws -> [MembershipChange] {
        try add.map { .add(try NodeArgument($0).node) }
            + weight.map { text in
                let (name, weight) = try NodeArgument.weighted(text)
                return .setWeight(name, weight)
            } + drain.map { .drain($0) } + remove.map { .remove($0) }
    }
}
