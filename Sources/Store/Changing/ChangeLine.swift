internal import CanonicalStore
internal import HashRing
internal import Lease
internal import Logging
internal import Peers
internal import Queue
internal import StatuscastModel
internal import Synchronization

/// Where user changes stand in line: judged one after the other, made durable together.
///
/// What waits is taken at once: names and addresses are judged in order against the store and against those before in
/// the line, the facts get ids above everything known, one append brings them to the topic `accounts`, one transaction
/// a shard applies them, then everybody is answered. The topic is the log: a crash between append and transaction loses
/// nothing, because the store reads the topic to its end before it judges anything. The facts come back through the
/// topic a second time, and then change nothing.
///
/// An append that failed may have been stored nevertheless. Its change is answered `.unavailable` and is not applied
/// here; should it be in the topic, it is applied when it comes from there, and nothing is judged before that.
final class ChangeLine: Sendable {
    private struct Waiting {
        var change: Change
        var answer: CheckedContinuation<Result<Void, PeerError>, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        var isClosed = false
    }

    private static let batchMax = 512

    private let users: UserStore
    private let queue: any Queue
    private let issuer: IdentifierIssuer
    private let catchUp: CatchUp
    private let waitingMax: Int
    private let logger: Logger
    private let state = Mutex(State())
    private let bell = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    init(
        users: UserStore, queue: any Queue, issuer: IdentifierIssuer, catchUp: CatchUp, waitingMax: Int, logger: Logger
    ) {
        self.users = users
        self.queue = queue
        self.issuer = issuer
        self.catchUp = catchUp
        self.waitingMax = waitingMax
        self.logger = logger
    }

    /// Returns when the change is durable on the queue and applied. Throws `.invalid` where a name is taken,
    /// `.unavailable` where it could not be done: then it may still happen.
    func submit(_ change: Change) async throws(PeerError) {
        let result = await withCheckedContinuation { continuation in
            let refusal: PeerError? = state.withLock { state in
                if state.isClosed { return PeerError(.unavailable, "the store is stopping") }
                guard state.waiting.count < waitingMax else {
                    return PeerError(.unavailable, "too many changes are waiting")
                }
                state.waiting.append(Waiting(change: change, answer: continuation))
                return nil
            }
            if let refusal { continuation.resume(returning: .failure(refusal)) } else { bell.continuation.yield() }
        }
        try result.get()
    }

    /// Works until its task is cancelled, and then refuses whoever waits.
    func run() async {
        for await _ in bell.stream {
            while case let batch = take(), !batch.isEmpty { await process(batch) }
        }
        let left = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        refuse(left, PeerError(.unavailable, "the store is stopping"))
    }

    private func take() -> [Waiting] {
        state.withLock { state in
            let isBulk = state.waiting.first?.change.isBulk ?? false
            let batch =
                isBulk
                ? Array(state.waiting.prefix(1))
                : Array(state.waiting.prefix(Self.batchMax).prefix { !$0.change.isBulk })
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }

    private func process(_ batch: [Waiting]) async {
        var open = batch
        // Told last: who was refused because of another in the line finds what that one did.
        var refused: [(Waiting, PeerError)] = []
        defer { for (waiting, refusal) in refused { refuse([waiting], refusal) } }
        do throws(PeerError) {
            guard catchUp.isDone else { throw PeerError(.unavailable, "the store is catching up") }
            let signUps = try await SignUpRules.refusals(of: batch.map(\.change), users)
            let follows = try await FollowRules.refusals(of: batch.map(\.change), users)
            let requests = try await FollowRequestRules.refusals(of: batch.map(\.change), users)
            let codes = try await AuthorizationRules.refusals(of: batch.map(\.change), users)
            let premises = try await Premise.refusals(of: batch.map(\.change), users)
            open = []
            for (index, waiting) in batch.enumerated() {
                let ofPeople = signUps[index] ?? follows[index] ?? requests[index]
                if let refusal = ofPeople ?? codes[index] ?? premises[index] {
                    refused.append((waiting, refusal))
                } else {
                    open.append(waiting)
                }
            }
            guard !open.isEmpty else { return }
            let events = try await events(of: open.map(\.change))
            try await append(events)
            try await apply(events)
            for waiting in open { waiting.answer.resume(returning: .success(())) }
        } catch {
            refuse(open, error)
        }
    }

    private func refuse(_ batch: [Waiting], _ error: PeerError) {
        for waiting in batch { waiting.answer.resume(returning: .failure(error)) }
    }

    /// By shard. Every id is above all that the store has ever applied, so that what is judged last wins.
    private func events(of changes: [Change]) async throws(PeerError) -> [Int: [AccountEvent]] {
        do {
            var last = try await users.highestVersion()
            var events: [Int: [AccountEvent]] = [:]
            for change in changes {
                for fact in change.facts {
                    last = try await nextID(after: last)
                    events[change.shard, default: []].append(AccountEvent(id: EventID(rawValue: last), change: fact))
                }
            }
            return events
        } catch {
            logger.error("no ids for changes", metadata: ["error": "\(error)"])
            throw PeerError(.unavailable, "no ids can be given out just now")
        }
    }

    /// An id far in the future, from a wrong clock or a wrong import, must not stop every change: then only the fact
    /// that has it goes on winning.
    private func nextID(after last: UInt64) async throws(IdentifierError) -> UInt64 {
        do throws(IdentifierError) {
            return try await issuer.next(after: last == 0 ? nil : last)
        } catch  where error.code == .parentTooFarAhead {
            logger.warning("the store holds a fact from the future", metadata: ["id": "\(last)"])
            return try await issuer.next()
        }
    }

    private func append(_ events: [Int: [AccountEvent]]) async throws(PeerError) {
        let frames = events.map { shard, events in
            OutgoingFrame(
                partition: PartitionIndex(rawValue: UInt16(shard)),
                bytes: ItemBatch.encoded(events.map { $0.encoded() }))
        }
        do throws(QueueError) {
            try await queue.append(frames, to: Topics.accounts)
        } catch {
            catchUp.doubt()
            logger.error("changes cannot be appended", metadata: ["error": "\(error)"])
            throw PeerError(.unavailable, "the queue takes no changes just now")
        }
    }

    private func apply(_ events: [Int: [AccountEvent]]) async throws(PeerError) {
        do throws(StoreError) {
            for (shard, events) in events {
                let counts = try await users.apply(events, shard: shard)
                for conflict in counts.conflicts {
                    logger.error("a change contradicts the store", metadata: ["what": "\(conflict)"])
                }
            }
        } catch {
            // The facts are in the topic: they are applied when they come from there.
            catchUp.doubt()
            logger.error("changes are durable but cannot be applied", metadata: ["error": "\(error)"])
            throw PeerError(.unavailable, "the store cannot write just now")
        }
    }
}
