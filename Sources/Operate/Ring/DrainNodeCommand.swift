internal import ArgumentParser
internal import Settings

/// `statuscast queue drain-node`
struct DrainNodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain-node", abstract: "Let a queue node run empty, so that it can be removed.",
        discussion: """
            New streams open on the other nodes; what the node has is read where it is, and what is kept for ever \
            (accounts) is brought to other nodes by the node itself. May be given again at any time, to wait. Taken back \
            with add-node.
            \(ExitStatus.help)
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var progress: ProgressOptions

    @Argument(help: "The node's name.")
    var name: String

    @Flag(name: .long, help: "Wait until it can be removed.")
    var wait = false

    @Option(name: .long, help: "With --wait: end with 75 after so many seconds.")
    var timeoutSeconds: Int?

    func run() async throws {
        let access = MembershipAccess(data: try data.location)
        var membership = try access.current()
        try MembershipChange.drain(name).apply(to: &membership)
        if try access.current()[name]?.state == .active {
            try access.change { try MembershipChange.drain(name).apply(to: &$0) }
        }
        guard wait, let node = membership[name] else {
            return Terminal.print(
                "queue node \(name) is being drained; wait with: statuscast queue drain-node \(name) --wait")
        }
        try await waitUntilDrained(node)
        Terminal.print("queue node \(name) is drained; go on with: statuscast queue remove-node \(name)")
    }

    private func waitUntilDrained(_ node: QueueMembership.Node) async throws {
        let reach = NodeReach(data: try data.location)
        let deadline = timeoutSeconds.map { ContinuousClock.now + .seconds($0) }
        var said = ""
        while true {
            let remains = try await reach.remains(on: node)
            if remains.isDrained { return }
            if let deadline, ContinuousClock.now >= deadline {
                throw OperateError(.temporary, "queue node \(name) is not drained yet: \(remains.text)")
            }
            if remains.text != said, progress.progress || Terminal.errorIsTerminal {
                Terminal.complain("\(remains.frames) frames left: \(remains.text)")
                said = remains.text
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
