internal import HashRing
internal import StatuscastModel
internal import Synchronization

/// The worker's state behind one lock, and those who wait for something in it. Every call is short and may be made from
/// any thread or task; nothing is written and nobody is woken while the lock is held.
final class DeliveryBoard: Sendable {
    fileprivate struct Guarded {
        var state: DeliveryState
        var slotWaiters: [UInt32: [CheckedContinuation<Void, Never>]] = [:]
        var barriers: [(epoch: UInt64, waiter: CheckedContinuation<Void, Never>)] = []
        var polls: [UInt64: [Poll]] = [:]
        var isStopping = false
    }

    fileprivate struct Poll {
        var deadline: UInt64
        var waiter: CheckedContinuation<Void, Never>
    }

    /// Yields when a watched mailbox has something to be written.
    let urgent: AsyncStream<Void>
    private let urgentSignal: AsyncStream<Void>.Continuation
    private let guarded: Mutex<Guarded>

    init(_ state: DeliveryState) {
        guarded = Mutex(Guarded(state: state))
        (urgent, urgentSignal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Reads or changes the state.
    func withState<T: Sendable>(_ body: (inout DeliveryState) -> T) -> T {
        let (result, isUrgent) = guarded.withLock { guarded in
            let result = body(&guarded.state)
            return (result, !guarded.state.pending.urgent.isEmpty)
        }
        if isUrgent { urgentSignal.yield() }
        return result
    }

    // MARK: Bundles

    /// Gives claims back: those `written`, and those that are to be tried again.
    func giveBack(written: [BundleClaim], failed: [BundleClaim] = []) {
        let (waiters, isUrgent) = guarded.withLock { guarded in
            var waiters: [CheckedContinuation<Void, Never>] = []
            for claim in written {
                guarded.state.versions.wrote(claim.address)
                guarded.state.unsyncedDeliveries += claim.count
                if guarded.state.pending.complete(claim) {
                    for watcher in guarded.state.watchers.changed(claim.address) {
                        waiters += (guarded.polls.removeValue(forKey: watcher) ?? []).map(\.waiter)
                    }
                }
                waiters += guarded.slotWaiters.removeValue(forKey: claim.slot) ?? []
            }
            for claim in failed {
                guarded.state.pending.restore(claim)
                waiters += guarded.slotWaiters.removeValue(forKey: claim.slot) ?? []
            }
            waiters += guarded.takeReachedBarriers()
            return (waiters, !guarded.state.pending.urgent.isEmpty)
        }
        for waiter in waiters { waiter.resume() }
        if isUrgent { urgentSignal.yield() }
    }

    /// Gives a claim back whose records went to dead letters instead.
    func giveUp(_ claims: [BundleClaim]) {
        let waiters = guarded.withLock { guarded in
            var waiters: [CheckedContinuation<Void, Never>] = []
            for claim in claims {
                guarded.state.pending.complete(claim)
                waiters += guarded.slotWaiters.removeValue(forKey: claim.slot) ?? []
            }
            return waiters + guarded.takeReachedBarriers()
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once the bundle that is being written to this mailbox was given back.
    func waitUntilIdle(_ address: Address) async {
        await withCheckedContinuation { continuation in
            let waits = guarded.withLock { guarded in
                guard case .busy(let slot) = guarded.state.pending.state(of: address) else { return false }
                guarded.slotWaiters[slot, default: []].append(continuation)
                return true
            }
            if !waits { continuation.resume() }
        }
    }

    /// Returns once every claim taken before this call was given back.
    func barrier() async {
        await withCheckedContinuation { continuation in
            let waits = guarded.withLock { guarded in
                let epoch = guarded.state.pending.closeEpoch()
                guard guarded.state.pending.isUnderway(through: epoch) else { return false }
                guarded.barriers.append((epoch, continuation))
                return true
            }
            if !waits { continuation.resume() }
        }
    }

    // MARK: Long polls

    /// Returns when the watcher may have something to be told, or at the deadline, or when the worker stops.
    func waitForChange(_ watcher: UInt64, after: UInt64, deadline: UInt64, now: UInt64) async {
        await withCheckedContinuation { continuation in
            let waits = guarded.withLock { guarded in
                guard !guarded.isStopping, now < deadline,
                    case .nothing = guarded.state.watchers.changes(watcher, after: after, now: now)
                else { return false }
                guarded.polls[watcher, default: []].append(Poll(deadline: deadline, waiter: continuation))
                return true
            }
            if !waits { continuation.resume() }
        }
    }

    var isStopping: Bool { guarded.withLock { $0.isStopping } }

    /// Wakes polls whose time is over, and forgets watchers that were not heard of.
    func expireWatchers(now: UInt64) {
        let waiters = guarded.withLock { guarded in
            for address in guarded.state.watchers.expire(now: now) { guarded.state.pending.setWatched(address, false) }
            return guarded.takePolls { $0.deadline <= now }
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Ends all long polls, and lets no new one wait.
    func stopPolls() {
        let waiters = guarded.withLock { guarded in
            guarded.isStopping = true
            return guarded.takePolls { _ in true }
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Gives a partition up; returns the holding, whose lease the caller releases after a `barrier`.
    func drop(_ partition: PartitionIndex) -> Tenure? {
        let dropped = guarded.withLock { guarded -> (tenure: Tenure, polls: [Poll])? in
            guard let (tenure, watchers) = guarded.state.drop(partition) else { return nil }
            return (tenure, watchers.flatMap { guarded.polls.removeValue(forKey: $0) ?? [] })
        }
        for poll in dropped?.polls ?? [] { poll.waiter.resume() }
        return dropped?.tenure
    }
}

extension DeliveryBoard.Guarded {
    fileprivate mutating func takeReachedBarriers() -> [CheckedContinuation<Void, Never>] {
        guard !barriers.isEmpty else { return [] }
        let reached = barriers.filter { !state.pending.isUnderway(through: $0.epoch) }
        barriers.removeAll { barrier in !state.pending.isUnderway(through: barrier.epoch) }
        return reached.map(\.waiter)
    }

    fileprivate mutating func takePolls(where isOver: (DeliveryBoard.Poll) -> Bool) -> [CheckedContinuation<
        Void, Never
    >] {
        var waiters: [CheckedContinuation<Void, Never>] = []
        for (watcher, waiting) in polls where waiting.contains(where: isOver) {
            waiters += waiting.filter(isOver).map(\.waiter)
            let left = waiting.filter { !isOver($0) }
            polls[watcher] = left.isEmpty ? nil : left
        }
        return waiters
    }
}
