internal import HashRing
internal import Logging
internal import Queue
internal import SocialGraph
internal import StatuscastModel
internal import Traces

/// The judge as a stage: `receive.priority` and `receive` to `accepted`, in the same partition.
///
/// Both topics of a partition are judged under one lease with one memory of idempotency keys, so that it does not
/// matter through which of them an author's post came, whenever the flag changed.
struct JudgeStage: Stage {
    let name = Topics.Group.judge
    let topics = [Topics.receivePriority, Topics.receive]
    let partitions: [PartitionIndex]

    private static let namesAreMissing = QueueError(.temporary, "the topic accounts is not read to its end")

    private let accounts: AccountsFollower<AuthorDirectory>
    private let stop: StopSignal
    private let logger: Logger
    private let verdicts = VerdictMetrics()
    private let hookMetrics: HookMetrics
    private var judge: Judge
    private var patience = Patience()
    private var hasCaughtUp = false
    private let routeTopics: Set<String>

    init(
        context: StageContext, accounts: AccountsFollower<AuthorDirectory>, termList: TermListFile?, spam: LiveSpamRules
    ) {
        let configuration = context.configuration
        partitions = configuration.partitions.all
        self.accounts = accounts
        stop = context.stop
        logger = context.logger
        routeTopics = Set(configuration.hooks.routeTopics)
        let hooks = ReceiveHooks(configuration.hooks, termList: termList, spam: spam)
        hookMetrics = HookMetrics(hooks: hooks.names)
        judge = Judge(
            host: configuration.host, lanes: LaneRule(bulkFollowersAbove: configuration.bulkFollowersAbove),
            hooks: hooks
        ) {
            IdempotencyMemory(
                milliseconds: configuration.idempotencyMilliseconds,
                countMax: configuration.idempotencyKeysMax / configuration.partitions.rawValue)
        }
    }

    /// A status need not wait for the newest names: with `accounts` out of reach it is judged by what is known. But
    /// a verdict is for good, so nothing is judged before all names were known once, however long that takes.
    mutating func prepare() async -> Bool {
        var attempts = 0
        while !stop.isRequested {
            attempts += 1
            do throws(QueueError) {
                if try await accounts.catchUp(deadlineMilliseconds: 500) {
                    hasCaughtUp = true
                    patience.reset()
                    return true
                }
                if hasCaughtUp {
                    if attempts >= 4 { return true }
                    continue
                }
                patience.say("nothing is judged yet", Self.namesAreMissing, logger)
            } catch {
                if error.code == .closed { return false }
                if hasCaughtUp {
                    patience.say("the end of the topic accounts is not known; judging by what is", error, logger)
                    return true
                }
                patience.say("the end of the topic accounts is not known; nothing is judged yet", error, logger)
            }
            await patience.pause(stop)
        }
        return false
    }

    mutating func foresee(_ items: [(partition: PartitionIndex, bytes: ArraySlice<UInt8>)]) {
        var drafts: [(partition: PartitionIndex, draft: StatusDraft)] = []
        for item in items {
            guard case .post(let draft)? = try? ReceiveEvent(decoding: item.bytes), !draft.idempotencyKey.isEmpty
            else { continue }
            drafts.append((item.partition, draft))
        }
        guard !drafts.isEmpty else { return }
        accounts.withLookup { judge.foresee(drafts, knowing: $0) }
    }

    mutating func handle(
        _ item: ArraySlice<UInt8>, of partition: PartitionIndex, into outputs: inout StageOutputs
    ) throws(DecodeError) {
        let event = try ReceiveEvent(decoding: item)
        let judgement = accounts.withLookup { judge.judge(event, of: partition, knowing: $0) }
        hookMetrics.count(judgement)
        let verdict = judgement.verdict
        verdicts.count(verdict)
        if case .held(let held) = verdict { outputs.hold(held.status.id, held.reason) }
        logger.debug(
            "judged",
            metadata: .about(verdict.trace, status: verdict.status, ["verdict": "\(verdict.name)"]))
        outputs.add(verdict.encoded(), to: Topics.accepted, partition)
        send(judgement.actions, event, item, partition, into: &outputs)
    }

    /// What hooks want to go to route workers, where there is such a topic.
    private func send(
        _ actions: [RouteAction], _ event: ReceiveEvent, _ item: ArraySlice<UInt8>, _ partition: PartitionIndex,
        into outputs: inout StageOutputs
    ) {
        guard case .post(let draft) = event else { return }
        for action in actions {
            guard routeTopics.contains(action.topic) else {
                hookMetrics.droppedAction()
                continue
            }
            let copy = RouteItem(
                content: .draft, id: draft.id.rawValue, author: draft.author, hook: action.hook, bytes: item)
            outputs.add(copy.encoded(), to: action.topic, partition)
        }
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
