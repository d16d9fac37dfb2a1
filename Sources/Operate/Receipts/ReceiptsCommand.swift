internal import ArgumentParser
internal import HashRing
internal import Receipts
internal import Settings
internal import StatuscastModel

/// `statuscast receipts`
struct ReceiptsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipts", abstract: "Show how many deliveries of a status are done and pending.",
        discussion: """
            Reads the books of receipts in the data directory; no process has to run. Pending is an estimate from the \
            author's follower count until a lane is complete. \(ExitStatus.help)
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The status's id.")
    var status: String

    func run() async throws {
        guard let id = StatusID(status) else { throw OperateError(.usage, "\"\(status)\" is no id of a status") }
        let operated = try OperatedData(data)
        let lanes = Lane.all.map { (name: $0.rawValue, spread: Topics.Group.spread($0)) }
        let receipt = try await operated.blocking {
            try StatusReceipt.read(
                status: id.rawValue, spreadPartitions: operated.cluster.partitions.all.map { Int($0.rawValue) },
                lanes: lanes, sharedDirectory: operated.directory.shared)
        }
        guard receipt.isKnown else {
            throw OperateError(
                .notFound,
                "there are no receipts of status \(id): it was not spread yet, or so long ago that its place in "
                    + "the books is taken")
        }
        if output.json { try Terminal.print(json: ReceiptReport(receipt, id)) } else { Self.print(receipt) }
    }

    private static func print(_ receipt: StatusReceipt) {
        let state = receipt.isComplete ? "complete" : "under way"
        Terminal.print("\(state): \(receipt.done) done, \(receipt.failed) failed, about \(receipt.pending) pending")
        var table = Table([.left("LANE"), .right("PARTITION"), .left("STATE"), .right("DONE"), .right("FAILED")])
        for lane in receipt.lanes {
            for part in lane.partitions {
                table.add([
                    lane.lane, "\(part.partition)", part.state.rawValue, "\(part.done)", "\(part.failed)",
                ])
            }
        }
        Terminal.print(table.rendered())
    }
}

/// The answer for scripts; the fields of `GET /api/v1/statuses/:id/deliveries`.
struct ReceiptReport: Encodable {
    struct Lane: Encodable {
        let lane: String
        let complete: Bool
        let done: Int
        let failed: Int
        let pending: Int
        let partitions: [Partition]
    }

    struct Partition: Encodable {
        let partition: Int
        let state: String
        let done: Int
        let failed: Int
    }

    let id: String
    let known: Bool
    let complete: Bool
    let done: Int
    let failed: Int
    let pending: Int
    let lanes: [Lane]

    init(_ receipt: StatusReceipt, _ status: StatusID) {
        id = "\(status)"
        known = receipt.isKnown
        complete = receipt.isComplete
        done = receipt.done
        failed = receipt.failed
        pending = receipt.pending
        lanes = receipt.lanes.map { lane in
            Lane(
                lane: lane.lane, complete: lane.isComplete, done: lane.done, failed: lane.failed, pending: lane.pending,
                partitions: lane.partitions.map {
                    Partition(partition: $0.partition, state: $0.state.rawValue, done: $0.done, failed: $0.failed)
                })
        }
    }
}
