internal import HashRing
public import Logging
public import Queue
public import StatuscastModel
internal import Synchronization

/// Keeps a look-up current from the topic `accounts`: from where its newest snapshot was taken, else from the first
/// frame on.
///
/// One task does `run`; everything else may be called from anywhere, concurrently. Frames that cannot be read and items
/// that do not decode are logged, counted in `passedOver` and passed over: nothing here can put them aside better than
/// the user store, which reads them as well. No snapshot is taken after that: a later release, or a node that was
/// mended, may read them yet.
public final class AccountsFollower<Lookup: AccountLookup>: Sendable {
    private let state: Mutex<FollowedAccounts<Lookup>>
    private let queue: any Queue
    private let partitions: [PartitionIndex]
    private let group: String
    let logger: Logger
    let snapshots: LookupSnapshots?

    /// `partitions` is the number of partitions of `accounts`, one for each user shard.
    public init(
        _ lookup: Lookup, queue: any Queue, partitions: Int, group: String = Topics.Group.lookups,
        snapshots: LookupSnapshots? = nil, logger: Logger
    ) {
        state = Mutex(FollowedAccounts(lookup: lookup))
        self.queue = queue
        self.partitions = (0..<partitions).map { PartitionIndex(rawValue: UInt16($0)) }
        self.group = group
        self.snapshots = snapshots
        var logger = logger
        logger[metadataKey: "lookup"] = "\(lookup.snapshotScope.directoryName)"
        self.logger = logger
    }

    /// Frames and items that could not be read since the start.
    public var passedOver: Int { state.withLock { $0.passedOver } }

    /// Reads or changes the look-up; events are applied before or after, not meanwhile. Keep it short, and never wait
    /// inside.
    public func withLookup<T: Sendable, Failure: Error>(_ body: (inout Lookup) throws(Failure) -> T) throws(Failure)
        -> T
    {
        let result: Result<T, Failure> = state.withLock { state in
            do throws(Failure) { return .success(try body(&state.lookup)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Reads until the task is cancelled or the queue is closed. Errors that pass are logged and tried again.
    public func run() async {
        await restore()
        async let _: Void = settle()
        async let _: Void = keepSnapshots()
        while !Task.isCancelled {
            do throws(QueueError) {
                try await read()
            } catch {
                if error.code == .closed { break }
                resumeFinished()
                logger.warning("the topic accounts cannot be read; trying again", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .milliseconds(.random(in: 200...600)))
            }
        }
        let waiters = state.withLock { state in
            state.hasEnded = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(false) }
    }

    /// Settles the look-up once everything is applied that was there at the start. Where the topic ends may be unknown
    /// for long, while a node is away: reading goes on beside it.
    private func settle() async {
        let start = ContinuousClock.now
        while !Task.isCancelled {
            do throws(QueueError) {
                if try await catchUp(deadlineMilliseconds: 10_000) {
                    state.withLock { $0.settle() }
                    return logger.info("the look-up is ready", metadata: ["after": "\(ContinuousClock.now - start)"])
                }
            } catch {
                if error.code == .closed { return }
            }
            try? await Task.sleep(for: .milliseconds(.random(in: 200...600)))
        }
    }

    /// Waits until everything is applied that the topic holds as of now. False: `run` has ended, or it took longer
    /// than `deadlineMilliseconds` (to within a quarter of a second). Throws where the queue cannot say how far that
    /// is.
    public func catchUp(deadlineMilliseconds: Int) async throws(QueueError) -> Bool {
        let ends = try await ends()
        let deadline = ContinuousClock.now + .milliseconds(deadlineMilliseconds)
        return await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.reaches(ends) { return true }
                if state.hasEnded { return false }
                state.waiters.append(CatchUpWaiter(ends: ends, deadline: deadline, continuation: continuation))
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    func ends() async throws(QueueError) -> [PartitionIndex: Cursor] {
        try await queue.ends(of: Topics.accounts, partitions: partitions)
    }

    func withState<T: Sendable>(_ body: (inout FollowedAccounts<Lookup>) -> T) -> T { state.withLock { body(&$0) } }

    private func read() async throws(QueueError) {
        let subscription = try await queue.subscribe(to: Topics.accounts, group: group)
        let failure: QueueError?
        do throws(QueueError) {
            for partition in partitions {
                let applied = state.withLock { $0.applied[partition] ?? Cursor() }
                try await subscription.add(partition, after: applied)
            }
            while !Task.isCancelled {
                apply(try await subscription.next(maxBytes: 4 << 20, waitMilliseconds: 250))
            }
            failure = nil
        } catch {
            failure = error
        }
        await subscription.close()
        if let failure { throw failure }
    }

    private func apply(_ frames: [FetchedFrame]) {
        for frame in frames {
            let place: Logger.Metadata = [
                "partition": "\(frame.partition)", "stream": "\(frame.stream)", "number": "\(frame.number)",
            ]
            switch frame.content {
            case .quarantined(let why):
                logger.error("a frame of accounts cannot be read and is passed over: \(why)", metadata: place)
                state.withLock { $0.pass(frame, bytes: 0, unreadable: 1) }
            case .bytes(let bytes):
                let undecodable = state.withLock { state in
                    let undecodable = state.lookup.apply(frame: bytes)
                    state.pass(frame, bytes: bytes.count, unreadable: undecodable.count)
                    return undecodable
                }
                for item in undecodable {
                    logger.error(
                        "item \(item.index) of a frame of accounts is passed over: \(item.error)", metadata: place)
                }
            }
        }
        resumeFinished()
    }

    private func resumeFinished() {
        for (waiter, isReached) in state.withLock({ $0.takeFinished(now: .now) }) { waiter.resume(isReached) }
    }
}
