internal import HashRing
internal import Logging
internal import Queue
internal import SocialGraph
internal import StatuscastModel

/// The judge as a stage: `receive` to `accepted`, in the same partition.
struct JudgeStage: Stage {
    let name = Topics.Group.judge
    let topic = Topics.receive
    let partitions: [PartitionIndex]

    private let accounts: AccountsFollower<AuthorDirectory>
    private let stop: StopSignal
    private let logger: Logger
    private var judge: Judge
    private var patience = Patience()
    private var hasCaughtUp = false

    init(context: StageContext, accounts: AccountsFollower<AuthorDirectory>) {
        let configuration = context.configuration
        partitions = configuration.partitions.all
        self.accounts = accounts
        stop = context.stop
        logger = context.logger
        judge = Judge(host: configuration.host) {
            IdempotencyMemory(
                milliseconds: configuration.idempotencyMilliseconds,
                countMax: configuration.idempotencyKeysMax / configuration.partitions.rawValue)
        }
    }

    /// A status need not wait for the newest names: with `accounts` out of reach it is judged by what is known. Only
    /// before anything is known there is more patience.
    mutating func prepare() async -> Bool {
        for _ in 0..<(hasCaughtUp ? 4 : 60) where !stop.isRequested {
            do throws(QueueError) {
                if try await accounts.catchUp(deadlineMilliseconds: 500) {
                    hasCaughtUp = true
                    return true
                }
            } catch {
                patience.say("the end of the topic accounts is not known; judging by what is", error, logger)
                if hasCaughtUp { return true }
                await patience.pause(stop)
            }
        }
        return !stop.isRequested
    }

    mutating func handle(
        _ item: ArraySlice<UInt8>, of partition: PartitionIndex, into outputs: inout StageOutputs
    ) throws(DecodeError) {
        let event = try ReceiveEvent(decoding: item)
        let verdict = accounts.withLookup { judge.verdict(on: event, of: partition, knowing: $0) }
        outputs.add(verdict.encoded(), to: Topics.accepted, partition)
    }

    mutating func adopt(_ partition: PartitionIndex, remembered: [UInt8]?) {
        do throws(DecodeError) {
            try judge.adopt(partition, remembered: remembered)
        } catch {
            logger.error(
                "the idempotency keys of partition \(partition) are damaged and forgotten",
                metadata: ["error": "\(error)"])
        }
    }

    mutating func relinquish(_ partition: PartitionIndex) -> [UInt8]? { judge.relinquish(partition) }
}
