internal import HashRing
internal import Logging
internal import Queue
internal import Receipts
internal import SocialGraph
internal import StatuscastModel
internal import Traces

/// The spread of one lane as a stage: `accepted` to the lane's topic, one item for each partition that has recipients.
///
/// Each lane has a loop, a lease and a cursor of its own: while its topic is full it waits, what it has not spread stays
/// in `accepted`, and the other lanes go on.
struct SpreadStage: Stage {
    let name: String
    let topics = [Topics.accepted]
    let lane: Lane
    let partitions: [PartitionIndex]
    /// All lanes read the same frames: what cannot be read is put aside once.
    var keepsDeadLetters: Bool { lane == .normal }

    private let accounts: AccountsFollower<AuthorDirectory>
    private let planner: SpreadPlanner
    private let stop: StopSignal
    private let logger: Logger
    private var receipts: [PartitionIndex: [ReceiptEntry]] = [:]

    init(lane: Lane, context: StageContext, accounts: AccountsFollower<AuthorDirectory>) {
        self.lane = lane
        name = Topics.Group.spread(lane)
        let configuration = context.configuration
        partitions = configuration.partitions.all
        self.accounts = accounts
        planner = SpreadPlanner(
            partitions: configuration.partitions, host: configuration.host,
            bulkFollowersAbove: configuration.bulkFollowersAbove)
        stop = context.stop
        logger = context.logger
    }

    /// Whoever follows at the time of posting gets the status: without the end of `accounts` nothing is spread.
    mutating func prepare() async -> Bool {
        var patience = Patience()
        while !stop.isRequested {
            do throws(QueueError) {
                if try await accounts.catchUp(deadlineMilliseconds: 500) { return true }
            } catch {
                if error.code == .closed { return false }
                patience.say("the end of the topic accounts is not known; nothing is spread meanwhile", error, logger)
                await patience.pause(stop)
            }
        }
        return false
    }

    mutating func handle(
        _ item: ArraySlice<UInt8>, of partition: PartitionIndex, into outputs: inout StageOutputs
    ) throws(DecodeError) {
        let event = try AcceptedEvent(decoding: item)
        let (planned, followers) = accounts.withLookup { directory in
            (planner.outputs(for: event, of: lane, knowing: directory), directory[event.author]?.followers ?? 0)
        }
        if case .accepted(let status) = event {
            receipts[partition, default: []] += SpreadReceipt.entries(
                of: planned, status: status.id, followers: followers)
        }
        if !planned.isEmpty {
            logger.debug(
                "spread",
                metadata: .about(
                    event.trace, status: event.status, ["lane": "\(lane)", "partitions": "\(planned.count)"]))
        }
        for output in planned {
            outputs.add(output.item.encoded(), to: output.lane.topic, output.partition)
        }
    }

    mutating func takeReceipts() -> [PartitionIndex: [ReceiptEntry]] {
        defer { receipts = [:] }
        return receipts
    }
}
