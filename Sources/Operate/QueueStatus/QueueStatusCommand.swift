internal import ArgumentParser
internal import Queue
internal import Settings

/// `statuscast queue status`
struct QueueStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what waits in the queue, by topic, group and node.",
        discussion: """
            A row for each group of each topic on each node: frames and bytes that the group has not passed, and the age \
            of the oldest. The group `lookups` keeps all of `accounts`. Ends with 69 if a node does not answer.
            \(ExitStatus.help)
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let membership = try MembershipAccess(data: try data.location).current()
        let answers = try await NodeReach(data: try data.location).stats(of: membership.nodes)
        if output.json { try printJSON(answers) } else { printTable(answers) }
        let silent = answers.filter { if case .failure = $0.stats { true } else { false } }.map(\.node.name)
        guard silent.isEmpty else {
            throw OperateError(.unavailable, "no answer from queue node \(silent.joined(separator: ", "))")
        }
    }

    private struct Row: Encodable {
        var node: String
        var answers: Bool
        var error: String?
        var topic: String?
        var group: String?
        var depthFrames: UInt64?
        var depthBytes: UInt64?
        var oldestAgeMilliseconds: UInt64?
    }

    private func printJSON(_ answers: [NodeReach.Answer]) throws {
        for answer in answers {
            switch answer.stats {
            case .success(let rows):
                for row in rows {
                    try Terminal.print(
                        json: Row(
                            node: answer.node.name, answers: true, topic: row.topic, group: row.group,
                            depthFrames: row.depthFrames, depthBytes: row.depthBytes,
                            oldestAgeMilliseconds: row.oldestAgeMilliseconds))
                }
            case .failure(let error):
                try Terminal.print(json: Row(node: answer.node.name, answers: false, error: "\(error)"))
            }
        }
    }

    private func printTable(_ answers: [NodeReach.Answer]) {
        var table = Table([
            .left("TOPIC"), .left("GROUP"), .left("NODE"), .right("FRAMES"), .right("BYTES"), .right("OLDEST"),
        ])
        var rows: [TopicStats] = []
        for answer in answers {
            switch answer.stats {
            case .success(let stats): rows += stats
            case .failure(let error): Terminal.complain("queue node \(answer.node.name) does not answer: \(error)")
            }
        }
        for row in rows.sorted(by: { ($0.topic, $0.group, $0.node) < ($1.topic, $1.group, $1.node) }) {
            table.add([
                row.topic, row.group, row.node, "\(row.depthFrames)", "\(row.depthBytes)",
                row.depthFrames == 0 ? "-" : Self.age(row.oldestAgeMilliseconds),
            ])
        }
        Terminal.print(table.rendered())
    }

    static func age(_ milliseconds: UInt64) -> String {
        switch milliseconds {
        case ..<1_000: "\(milliseconds) ms"
        case ..<120_000: "\(milliseconds / 1_000) s"
        case ..<7_200_000: "\(milliseconds / 60_000) min"
        case ..<172_800_000: "\(milliseconds / 3_600_000) h"
        default: "\(milliseconds / 86_400_000) days"
        }
    }
}
