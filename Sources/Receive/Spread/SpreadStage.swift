internal import HashRing
internal import Logging
internal import Queue
internal import SocialGraph
internal import StatuscastModel

/// The spread as a stage: `accepted` to the lanes, one item for each partition that has recipients.
struct SpreadStage: Stage {
    let name = Topics.Group.spread
    let topic = Topics.accepted
    let partitions: [PartitionIndex]

    private let accounts: AccountsFollower<AuthorDirectory>
    private let planner: SpreadPlanner
    private let stop: StopSignal
    private let logger: Logger

    init(context: StageContext, accounts: AccountsFollower<AuthorDirectory>) {
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
        for output in accounts.withLookup({ planner.outputs(for: event, knowing: $0) }) {
            outputs.add(output.item.encoded(), to: output.lane.topic, output.partition)
        }
    }
}
