internal import DeadLetters
internal import DurableFiles
internal import HashRing
internal import Lease
internal import Logging
internal import Queue
internal import StatuscastModel
internal import SystemClock

/// Runs one stage over all partitions that this process leases: fetch, handle, append, commit, and again.
///
/// What is there is handled at once; batches grow by themselves while one is under way. Effects are frames in the
/// queue, so its commit is the cursor: it follows the append, and after a crash in between items come again. An append
/// that fails is tried again until it succeeds or the role ends; nothing is skipped.
struct StageLoop<S: Stage> {
    private var stage: S
    private let context: StageContext
    private let metrics: StageMetrics
    private let seeker: LeaseSeeker
    private let logger: Logger
    var tenures: [PartitionIndex: StageTenure] = [:]
    private var lastCommit = ContinuousClock.now
    /// Of taking partitions over; a queue that is away refuses all of them.
    private var takingOver = Patience()

    init(_ stage: S, context: StageContext) {
        var logger = context.logger
        logger[metadataKey: "stage"] = "\(stage.name)"
        self.stage = stage
        self.context = context
        self.logger = logger
        metrics = StageMetrics(stage: stage.name, held: context.held)
        seeker = LeaseSeeker(scope: stage.name, partitions: stage.partitions, context: context)
    }

    /// Until the role ends, or throws `.closed` when the queue does. Leases are closed when it returns.
    mutating func run() async throws(QueueError) {
        await seeker.seek()
        async let seeking: Void = seeker.run()
        let failure: QueueError?
        do throws(QueueError) {
            try await consume()
            failure = nil
        } catch {
            failure = error
            context.stop.request()
        }
        await seeking
        await close()
        if let failure { throw failure }
    }

    private mutating func consume() async throws(QueueError) {
        guard let sources = try await subscribe() else { return }
        var patience = Patience()
        while !context.stop.isRequested {
            await adopt(seeker.takeFound(), sources)
            do throws(QueueError) {
                let wait =
                    tenures.values.contains { $0.hasUncommitted } ? context.configuration.commitMilliseconds : 250
                let batches = try await StageSource.next(
                    of: sources, maxBytes: context.configuration.batchBytes, waitMilliseconds: wait)
                patience.reset()
                var isComplete = true
                for (topic, frames) in batches where isComplete {
                    isComplete = await handle(frames.filter { tenures[$0.partition] != nil }, of: topic)
                }
                if !isComplete { break }
            } catch {
                if error.code == .closed { throw error }
                patience.say("what is for the stage \(stage.name) cannot be read", error, logger)
                await patience.pause(context.stop)
            }
            if ContinuousClock.now - lastCommit >= .milliseconds(context.configuration.commitMilliseconds) {
                await commit(sources)
            }
        }
        await commit(sources)
        for source in sources { await source.subscription.close() }
    }

    private func subscribe() async throws(QueueError) -> [StageSource]? {
        var patience = Patience()
        var sources: [StageSource] = []
        while !context.stop.isRequested {
            guard sources.count < stage.topics.count else { return sources }
            let topic = stage.topics[sources.count]
            do throws(QueueError) {
                let subscription = try await context.queue.subscribe(to: topic, group: stage.name)
                sources.append(StageSource(topic: topic, subscription: subscription))
            } catch {
                if error.code == .closed { throw error }
                patience.say("the topic \(topic) cannot be subscribed to", error, logger)
                await patience.pause(context.stop)
            }
        }
        for source in sources { await source.subscription.close() }
        return nil
    }

    // MARK: Handling

    /// Handles a batch and appends what comes of it. False: the role ended before all of it was appended, and nothing
    /// of the batch may be committed.
    private mutating func handle(_ frames: [FetchedFrame], of topic: String) async -> Bool {
        guard !frames.isEmpty else { return true }
        guard await stage.prepare() else { return false }
        let start = ContinuousClock.now
        var outputs = StageOutputs()
        var count = 0
        let contents = frames.map(items)
        stage.foresee(
            zip(frames, contents).flatMap { frame, items in
                items.compactMap { item in (try? item.get()).map { (frame.partition, $0) } }
            })
        for (frame, items) in zip(frames, contents) {
            if case .quarantined(let why) = frame.content {
                guard await passOver(frame, of: topic, why) else { return false }
            }
            for (index, item) in items.enumerated() {
                do throws(DecodeError) {
                    let bytes = try item.get()
                    try stage.handle(bytes, of: frame.partition, into: &outputs)
                    if let reason = outputs.takeHolding() { hold(bytes, index: index, of: frame, topic, reason) }
                } catch {
                    guard await putAside(try? item.get(), index: index, of: frame, topic, error) else { return false }
                }
                count += 1
                if outputs.bytes >= context.configuration.appendBytes {
                    guard await append(outputs) else { return false }
                    outputs = StageOutputs()
                }
            }
        }
        guard await append(outputs) else { return false }
        for frame in frames { tenures[frame.partition]?.handled(frame, of: topic) }
        metrics.handled(items: count, in: ContinuousClock.now - start)
        return true
    }

    /// The items of a frame, or the one reason why there are none. Empty for a frame that cannot be read.
    private func items(of frame: FetchedFrame) -> [Result<ArraySlice<UInt8>, DecodeError>] {
        guard case .bytes(let bytes) = frame.content else { return [] }
        do throws(DecodeError) {
            return try ItemBatch.items(of: bytes).map { .success($0) }
        } catch {
            return [.failure(error)]
        }
    }

    /// Appends to all topics at the same time, each until it succeeds. False: the role ended first.
    private func append(_ outputs: StageOutputs) async -> Bool {
        guard !outputs.isEmpty else { return true }
        if outputs.hasHeld { guard await flushHeld() else { return false } }
        return await withTaskGroup { group in
            for (topic, frames) in outputs.frames() {
                group.addTask {
                    if Topics.isRoute(topic) {
                        await offer(frames, to: topic)
                        return true
                    }
                    return await append(frames, to: topic)
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
    }

    private func append(_ frames: [OutgoingFrame], to topic: String) async -> Bool {
        var patience = Patience()
        for start in stride(from: 0, to: frames.count, by: QueueLimits.framesPerAppend) {
            let part = Array(frames[start..<min(frames.count, start + QueueLimits.framesPerAppend)])
            while true {
                do throws(QueueError) {
                    try await context.queue.append(part, to: topic)
                    break
                } catch {
                    if context.stop.isRequested || error.code == .closed { return false }
                    metrics.retried()
                    patience.say("the topic \(topic) does not take frames", error, logger)
                    await patience.pause(context.stop)
                }
            }
        }
        return true
    }

    /// Appends to a topic `route.*`, once: one that is full or away must not stop statuses.
    private func offer(_ frames: [OutgoingFrame], to topic: String) async {
        for start in stride(from: 0, to: frames.count, by: QueueLimits.framesPerAppend) {
            let part = Array(frames[start..<min(frames.count, start + QueueLimits.framesPerAppend)])
            do throws(QueueError) {
                try await context.queue.append(part, to: topic)
            } catch {
                metrics.droppedRouteFrames(part.count)
                logger.warning(
                    "what hooks have sent on is lost", metadata: ["topic": "\(topic)", "error": "\(error)"])
            }
        }
    }

    // MARK: What cannot be handled

    private func passOver(_ frame: FetchedFrame, of topic: String, _ why: String) async -> Bool {
        metrics.passedQuarantined()
        logger.error("a frame cannot be read and is passed over: \(why)", metadata: place(of: frame, topic))
        return await keep([], item: nil, of: frame, topic, why)
    }

    /// An item that cannot be handled; the frame where its items cannot be told apart.
    private func putAside(
        _ item: ArraySlice<UInt8>?, index: Int, of frame: FetchedFrame, _ topic: String, _ error: DecodeError
    ) async -> Bool {
        metrics.putAsideUndecodable()
        let what = item == nil ? "a frame" : "item \(index) of a frame"
        logger.error("\(what) is put aside: \(error)", metadata: place(of: frame, topic))
        return await keep(item ?? frame.rawBytes, item: item == nil ? nil : index, of: frame, topic, "\(error)")
    }

    /// Puts an item into the box of what waits for an operator, with the time of the status. One that is judged again
    /// lies there twice; whoever lists and decides goes by statuses.
    private func hold(
        _ item: ArraySlice<UInt8>, index: Int, of frame: FetchedFrame, _ topic: String, _ reason: HeldReason
    ) {
        context.files.hold(
            DeadLetter(
                stage: stage.name, topic: topic, partition: frame.partition.rawValue,
                source: DeadLetter.Source(stream: "\(frame.stream)", number: frame.number, item: index),
                id: reason.status.rawValue, content: .item, reason: reason.text,
                unixMilliseconds: reason.status.unixMilliseconds, bytes: item))
    }

    /// Makes the box durable. False: the role ended first.
    private func flushHeld() async -> Bool {
        var patience = Patience()
        while !context.stop.isRequested {
            do throws(FileError) {
                try await context.files.flushHeld()
                return true
            } catch {
                patience.say("what is held for an operator cannot be written", error, logger)
                await patience.pause(context.stop)
            }
        }
        return false
    }

    /// Writes a dead letter. False: the role ended first.
    private func keep(
        _ bytes: ArraySlice<UInt8>, item: Int?, of frame: FetchedFrame, _ topic: String, _ reason: String
    ) async -> Bool {
        guard stage.keepsDeadLetters else { return true }
        let letter = DeadLetter(
            stage: stage.name, topic: topic, partition: frame.partition.rawValue,
            source: DeadLetter.Source(stream: "\(frame.stream)", number: frame.number, item: item),
            content: item == nil ? .frame : .item, reason: reason, unixMilliseconds: UnixClock.milliseconds(),
            bytes: bytes)
        var patience = Patience()
        while !context.stop.isRequested {
            do throws(FileError) {
                try await context.files.putAside(letter)
                return true
            } catch {
                patience.say("dead letters cannot be written", error, logger)
                await patience.pause(context.stop)
            }
        }
        return false
    }

    private func place(of frame: FetchedFrame, _ topic: String) -> Logger.Metadata {
        [
            "topic": "\(topic)", "partition": "\(frame.partition)", "stream": "\(frame.stream)",
            "number": "\(frame.number)",
        ]
    }

    // MARK: Leases

    /// Makes new tenures known to the queue and starts to read their partitions. What fails is given up and
    /// sought again.
    private mutating func adopt(_ found: [LeaseSeeker.Found], _ sources: [StageSource]) async {
        guard !found.isEmpty else { return }
        let started = await StageTenure.announce(
            found, topics: sources.map(\.topic), group: stage.name, queue: context.queue)
        var failed = 0
        var failure: QueueError?
        for (lease, result) in started {
            do throws(QueueError) {
                for (source, cursor) in zip(sources, try result.get()) {
                    try await source.subscription.add(lease.partition, after: cursor)
                }
                stage.adopt(lease.partition, remembered: lease.remembered)
                tenures[lease.partition] = StageTenure(lease: lease.lease)
            } catch {
                failed += 1
                failure = error
                for source in sources { await source.subscription.remove(lease.partition) }
                await context.files.abandon(lease.lease)
                seeker.lost(lease.partition)
            }
        }
        if let failure {
            takingOver.say("\(failed) partitions cannot be taken over", failure, logger)
        }
        metrics.holds(tenures.count)
    }

    /// Commits what was handled. A tenure that turns out to be over is dropped; other failures wait for the next time.
    private mutating func commit(_ sources: [StageSource]) async {
        lastCommit = .now
        await keepReceipts()
        for topic in sources.map(\.topic) {
            let failures = await StageTenure.commit(
                tenures.filter { $0.value.hasUncommitted }, topic: topic, group: stage.name, queue: context.queue)
            for (partition, failure) in failures {
                switch failure {
                case nil: tenures[partition]?.committed(topic)
                case let error? where error.code == .staleTerm: await lost(partition, sources, error)
                case let error?:
                    logger.debug("partition \(partition) was not committed", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// Nothing waits for a receipt, and nothing fails for want of one.
    private mutating func keepReceipts() async {
        let receipts = stage.takeReceipts()
        guard !receipts.isEmpty, context.configuration.receiptsKept > 0 else { return }
        do throws(FileError) {
            try await context.files.append(receipts, scope: stage.name, kept: context.configuration.receiptsKept)
        } catch {
            logger.warning("receipts are not written", metadata: ["error": "\(error)"])
        }
    }

    private mutating func lost(_ partition: PartitionIndex, _ sources: [StageSource], _ error: QueueError) async {
        logger.warning("partition \(partition) was taken over by another process", metadata: ["error": "\(error)"])
        metrics.lostLease()
        for source in sources { await source.subscription.remove(partition) }
        _ = stage.relinquish(partition)
        context.files.forgetBook(scope: stage.name, partition)
        if let tenure = tenures.removeValue(forKey: partition) { await context.files.abandon(tenure.lease) }
        seeker.lost(partition)
        metrics.holds(tenures.count)
    }

    /// Closes every lease, all at the same time.
    private mutating func close() async {
        var closing = seeker.takeFound().map { (lease: $0.lease, remembered: $0.remembered) }
        for (partition, tenure) in tenures { closing.append((tenure.lease, stage.relinquish(partition))) }
        tenures = [:]
        let logger = logger
        await withTaskGroup { group in
            for (lease, remembered) in closing {
                group.addTask { [files = context.files] in
                    do throws(FileError) {
                        try await files.close(lease, remembered: remembered)
                    } catch {
                        logger.warning("lease \(lease.name) was not closed properly", metadata: ["error": "\(error)"])
                    }
                }
            }
        }
        metrics.holds(0)
    }
}

extension FetchedFrame {
    /// Nothing for a frame that cannot be read.
    fileprivate var rawBytes: ArraySlice<UInt8> {
        if case .bytes(let bytes) = content { bytes[...] } else { [] }
    }
}
