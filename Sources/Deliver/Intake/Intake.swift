internal import DeadLetters
internal import CoreMetrics
internal import HashRing
internal import Logging
internal import Queue
internal import SocialGraph
internal import StatuscastModel
internal import SystemClock
internal import Traces

/// Reads the lane's topic and makes pending deliveries of it. One task.
///
/// A batch is taken first, then `accounts` is read to its end, and only then followers are looked up: whoever followed
/// before the post was accepted gets it. Of a batch each author gets one quantum of followers; what is more waits in a
/// line in which authors take turns, and new batches are taken between the rounds. While the worker holds as much as it
/// may nothing is expanded, in the middle of a batch as well, until a sweep has made room; where only what waits in the
/// line is so much, it is expanded and nothing new is taken.
struct Intake {
    static let turnsPerRound = 16
    private static let roomMilliseconds = 10
    private static let waitMilliseconds = 100
    private static let catchUpMilliseconds = 5_000
    /// Where batches follow each other faster than this, the next one is left to grow a little.
    private static let gatherMilliseconds: UInt64 = 1

    private let parts: DeliverParts
    private let configuration: DeliverConfiguration
    private let board: DeliveryBoard
    private let lookups: AccountsFollower<RecipientLookup>
    private var line = FanOutLine()
    /// Followers that authors got of the batch that is being taken in.
    private var spent: [AccountID: Int] = [:]
    private var followers: [FollowerIndex.Follower] = []
    private var routes: RouteOutbox
    private var serials: [PartitionIndex: UInt64] = [:]
    private var lastBatch: UInt64 = 0

    init(_ parts: DeliverParts) {
        self.parts = parts
        configuration = parts.configuration
        board = parts.board
        lookups = parts.lookups
        routes = RouteOutbox(parts)
    }

    /// Until cancelled. Throws what ends the worker: a queue that is closed for good.
    mutating func run() async throws {
        do {
            let queue = parts.queue
            let topic = configuration.lane.topic
            let subscription = try await persistently(topic, parts.logger) { () throws(QueueError) in
                try await queue.subscribe(to: topic, group: Topics.Group.deliver)
            }
            while !Task.isCancelled { try await turn(subscription) }
            await subscription.close()
        } catch is CancellationError {
            return
        } catch {
            if !Task.isCancelled { throw error }
        }
    }

    private mutating func turn(_ subscription: any QueueSubscription) async throws {
        try await adjust(subscription)
        let (isFull, isAtLimit) = board.withState { ($0.isFull, $0.isAtLimit) }
        let hasWork = !isFull && (!isAtLimit || !line.isEmpty)
        guard !serials.isEmpty, hasWork, parts.deadLetters.waitingBytes < configuration.deadLetterBytesMax else {
            // Room comes in small pieces with every mailbox written: to be woken by each would be no rarer than this.
            try await Task.sleep(for: .milliseconds(Self.roomMilliseconds))
            return
        }
        if !isAtLimit, line.count < configuration.fanOutsMax {
            let wait = line.isEmpty ? Self.waitMilliseconds : 0
            let limit = configuration.fetchBytes
            let frames = try await persistently(configuration.lane.topic, parts.logger) { () throws(QueueError) in
                try await subscription.next(maxBytes: limit, waitMilliseconds: wait)
            }
            if !frames.isEmpty { try await takeIn(frames) }
        }
        expandRound()
        await routes.send()
    }

    /// Follows what the lease keeper took and what was given up.
    private mutating func adjust(_ subscription: any QueueSubscription) async throws {
        let (removed, adopted) = board.withState { state in
            defer {
                state.toRemove = []
                state.toAdopt = []
            }
            let adopted = state.toAdopt.compactMap { partition in
                state.tenures[partition].map { (partition, $0.serial, $0.progress.expanded) }
            }
            return (state.toRemove, adopted)
        }
        for partition in removed where serials.removeValue(forKey: partition) != nil {
            await subscription.remove(partition)
        }
        for (partition, serial, cursor) in adopted {
            try await persistently(configuration.lane.topic, parts.logger) { () throws(QueueError) in
                try await subscription.add(partition, after: cursor)
            }
            serials[partition] = serial
        }
        if !removed.isEmpty || !adopted.isEmpty { parts.metrics.partitions.record(serials.count) }
    }

    // MARK: Batches

    private mutating func takeIn(_ frames: [FetchedFrame]) async throws {
        let received = UnixClock.milliseconds()
        let batch = frames.map {
            IncomingFrame(
                $0, lane: configuration.lane, partitions: configuration.partitions, nowUnixMilliseconds: received)
        }
        if batch.contains(where: \.needsLookups) { try await catchUp() }
        spent.removeAll(keepingCapacity: true)
        for frame in batch { try await takeIn(frame) }
        let now = MonotonicClock.milliseconds()
        if now < lastBatch + Self.gatherMilliseconds * 2 {
            // So that frames that come one by one are taken in together.
            try await Task.sleep(for: .milliseconds(Self.gatherMilliseconds))
        }
        lastBatch = now
    }

    /// Waits until the follower index holds all that `accounts` held at this moment. While the queue cannot say how far
    /// that is, this waits as well: what comes later is staler, never wrong.
    private func catchUp() async throws {
        let (lookups, logger) = (self.lookups, parts.logger)
        while try await !persistently(
            "the end of accounts", logger,
            { () throws(QueueError) in
                try await lookups.catchUp(deadlineMilliseconds: Self.catchUpMilliseconds)
            })
        {
            try Task.checkCancellation()
            logger.warning("still reading accounts; deliveries wait for it")
            // `catchUp` has waited for the condition itself; this keeps one that fails at once from spinning.
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private mutating func takeIn(_ frame: IncomingFrame) async throws {
        guard let serial = serials[frame.partition] else { return }
        report(frame)
        let start = MonotonicClock.milliseconds()
        var next = 0
        var deliveries = 0
        var opened = 0
        var isTaken = false
        // The lock is given back after about a quantum, so that readers and writers come through.
        while !isTaken {
            let hasRoom = board.withState { state in
                guard state.tenures[frame.partition]?.serial == serial else {
                    isTaken = true
                    return true
                }
                guard !state.isFull else { return false }
                let tag = state.receipts.tag(serial: serial, frame.stream, frame.number)
                var budget = configuration.quantum
                while next < frame.items.count, budget > 0 {
                    let (count, rest) = expand(frame.items[next], of: frame, serial, &state)
                    if frame.items[next].isCounted {
                        state.receipts.add(
                            frame.partition, status: frame.items[next].id, tag: tag, deliveries: count,
                            isLast: rest == nil)
                    }
                    if let rest {
                        line.add(rest)
                        opened += 1
                    }
                    deliveries += count
                    budget -= count + 1
                    next += 1
                }
                guard next == frame.items.count else { return true }
                state.tookIn(
                    frame.partition, frame.stream, frame.number, fanOuts: opened, deliveries: deliveries,
                    now: MonotonicClock.milliseconds())
                isTaken = true
                return true
            }
            if !hasRoom { try await Task.sleep(for: .milliseconds(Self.roomMilliseconds)) }
        }
        trace(frame)
        parts.metrics.intakeTime.recordMilliseconds(Int64(MonotonicClock.milliseconds() - start))
        parts.metrics.frames.increment()
        parts.metrics.items.increment(by: frame.items.count)
        parts.metrics.deliveries.increment(by: deliveries)
    }

    /// A line for each item, none for deliveries: they are too many.
    private func trace(_ frame: IncomingFrame) {
        guard parts.logger.logLevel <= .debug else { return }
        for item in frame.items {
            parts.logger.debug(
                "taken in", metadata: .about(item.trace, status: item.id, ["partition": "\(frame.partition)"]))
        }
    }

    /// Makes one item's deliveries, its author's followers as far as the author's quantum of this batch reaches. Returns
    /// how many, and what is left.
    private mutating func expand(
        _ item: DeliveryItem, of frame: IncomingFrame, _ serial: UInt64, _ state: inout DeliveryState
    ) -> (deliveries: Int, rest: FanOut?) {
        let record = state.pending.retainRecord(id: item.id, bytes: item.record)
        let hooked = HookedItem(item, nowUnixMilliseconds: frame.nowUnixMilliseconds)
        let addresses = admitted(reached(by: item), hooked)
        var count = addresses.count
        for address in addresses { state.pending.deliver(record, to: address, partition: frame.partition) }
        guard item.toFollowers, let author = item.author else {
            state.pending.releaseRecord(record)
            return (count, nil)
        }
        let tag = state.receipts.tag(serial: serial, frame.stream, frame.number)
        func rest(from next: UInt32) -> FanOut {
            FanOut(
                record: record, status: item.id, tag: tag, author: author, hooked: hooked, partition: frame.partition,
                serial: serial, stream: frame.stream, number: frame.number, from: next)
        }
        let left = configuration.quantum - spent[author, default: 0]
        guard left > 0, !line.holds(author) else { return (count, rest(from: 0)) }
        let (examined, next) = followers(of: author, in: frame.partition, from: 0, limit: left, hooked)
        spent[author, default: 0] += examined
        for follower in followers {
            state.pending.deliver(record, toHome: follower.account, partition: frame.partition)
        }
        count += followers.count
        guard let next else {
            state.pending.releaseRecord(record)
            return (count, nil)
        }
        return (count, rest(from: next))
    }

    /// The item's addresses without those that its author does not reach: the notifications of people who do not follow
    /// a silenced author.
    private func reached(by item: DeliveryItem) -> [Address] {
        guard let author = item.author, item.mayNotify else { return item.addresses }
        return lookups.withLookup { lookup in
            guard lookup.followers.isSilenced(author) else { return item.addresses }
            return item.addresses.filter { address in
                guard case .notifications(let account) = address else { return true }
                return lookup.followers.follows(account, author)
            }
        }
    }

    /// Looks at up to `limit` followers and puts them into `followers`, without those whom hooks keep out. Returns how
    /// many it looked at, which is what an author's turn is measured by, and the number to go on from.
    private mutating func followers(
        of author: AccountID, in partition: PartitionIndex, from: UInt32, limit: Int, _ hooked: HookedItem?
    ) -> (examined: Int, next: UInt32?) {
        var buffer = followers
        followers = []
        defer { followers = buffer }
        var sending: [HookSending] = []
        let (examined, next) = lookups.withLookup { lookup in
            let next = lookup.followers.followers(
                of: author, in: partition, from: from, limit: limit, into: &buffer)
            let examined = buffer.count
            if let hooked, !buffer.isEmpty {
                parts.hooks.narrow(&buffer, in: partition, on: hooked, knowing: lookup, sending: &sending)
            }
            return (examined, next)
        }
        if !sending.isEmpty { routes.add(sending) }
        return (examined, next)
    }

    /// Without the homes and notifications that hooks keep the item out of.
    private mutating func admitted(_ addresses: [Address], _ hooked: HookedItem?) -> [Address] {
        guard let hooked, addresses.contains(where: { DeliveryHooks.recipient(of: $0) != nil }) else {
            return addresses
        }
        var sending: [HookSending] = []
        let admitted = lookups.withLookup { lookup in
            parts.hooks.admitted(addresses, on: hooked, knowing: lookup, sending: &sending)
        }
        if !sending.isEmpty { routes.add(sending) }
        return admitted
    }

    private func report(_ frame: IncomingFrame) {
        let place = "\(configuration.lane.topic)/\(frame.partition) \(frame.source)"
        if let reason = frame.quarantined {
            parts.metrics.quarantined.increment()
            parts.logger.error("deliveries lost to damage", metadata: ["frame": "\(place)", "reason": "\(reason)"])
        }
        for letter in frame.poison {
            parts.metrics.deadLetters.increment()
            parts.deadLetters.add(letter)
            parts.logger.error(
                "what was not understood is in the dead letters",
                metadata: ["frame": "\(place)", "reason": "\(letter.reason)"])
        }
    }

    // MARK: Large fan-outs

    /// One quantum each for the authors in front; those that have more go to the end of the line.
    private mutating func expandRound() {
        for _ in 0..<min(line.authors, Self.turnsPerRound) {
            var line = self.line
            self.line = FanOutLine()
            line.turn(quantum: configuration.quantum) { expand($0, limit: $1) }
            self.line = line
        }
    }

    private mutating func expand(_ fanOut: FanOut, limit: Int) -> (used: Int, next: UInt32?) {
        let (examined, next) = followers(
            of: fanOut.author, in: fanOut.partition, from: fanOut.from, limit: limit, fanOut.hooked)
        let followers = followers
        let isHeld = board.withState { state in
            guard state.tenures[fanOut.partition]?.serial == fanOut.serial else {
                state.finished(fanOut)
                return false
            }
            for follower in followers {
                state.pending.deliver(fanOut.record, toHome: follower.account, partition: fanOut.partition)
            }
            state.uncommittedDeliveries += followers.count
            if !fanOut.author.isFollowedTag {
                state.receipts.add(
                    fanOut.partition, status: fanOut.status, tag: fanOut.tag, deliveries: followers.count,
                    isLast: next == nil)
            }
            if next == nil { state.finished(fanOut) }
            return true
        }
        guard isHeld else { return (0, nil) }
        parts.metrics.deliveries.increment(by: followers.count)
        return (examined, next)
    }
}
