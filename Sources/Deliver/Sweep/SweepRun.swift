internal import Synchronization
internal import SystemClock

/// The writing part of one sweep, shared by its threads. They stop at the deadline, and where the disk is in trouble.
final class SweepRun: Sendable {
    private struct State {
        var bundles = 0
        var deliveries = 0
        var failed: [(claim: BundleClaim, reason: String)] = []
        /// Whether one of `failed` may be everybody's trouble.
        var isRefused = false
        private(set) var stop: BundleFailure?
        var isLate = false

        /// A failed sync is the graver reason and stays.
        mutating func stop(for failure: BundleFailure) {
            if case .syncFailed = stop { return }
            stop = failure
        }
    }

    private static let claimsAtOnce = 32

    private let board: DeliveryBoard
    private let writer: any BundleWriting
    private let metrics: DeliverMetrics
    /// Monotonic milliseconds; nil for a sweep that takes as long as it takes.
    private let deadline: UInt64?
    private let state = Mutex(State())

    init(board: DeliveryBoard, writer: any BundleWriting, metrics: DeliverMetrics, deadline: UInt64?) {
        self.metrics = metrics
        self.board = board
        self.writer = writer
        self.deadline = deadline
    }

    var bundles: Int { state.withLock { $0.bundles } }
    var deliveries: Int { state.withLock { $0.deliveries } }
    /// Why writing stopped before everything was written.
    var stop: BundleFailure? { state.withLock { $0.stop } }
    var isLate: Bool { state.withLock { $0.isLate } }
    var isOver: Bool { state.withLock { $0.stop != nil || $0.isLate } }

    /// Writes until nothing is left to claim. Blocks; one call on each writer thread.
    func drain() {
        while !isOver {
            if let deadline, MonotonicClock.milliseconds() >= deadline {
                state.withLock { $0.isLate = true }
                return
            }
            let claims = board.withState { $0.pending.claimSwept(Self.claimsAtOnce) }
            guard !claims.isEmpty else { return }
            write(claims)
        }
    }

    private func write(_ claims: [BundleClaim]) {
        var written: [BundleClaim] = []
        var restored: [BundleClaim] = []
        written.reserveCapacity(claims.count)
        for claim in claims {
            guard !isOver else {
                restored.append(claim)
                continue
            }
            switch writer.write(claim) {
            case .success: written.append(claim)
            case .failure(.mailbox(let reason)): state.withLock { $0.failed.append((claim, reason)) }
            case .failure(.refused(let reason)):
                state.withLock { state in
                    state.failed.append((claim, reason))
                    state.isRefused = true
                }
            case .failure(let failure):
                state.withLock { $0.stop(for: failure) }
                restored.append(claim)
            }
        }
        state.withLock { state in
            state.bundles += written.count
            state.deliveries += written.reduce(0) { $0 + $1.count }
        }
        metrics.visible(written)
        board.giveBack(written: written, failed: restored)
    }

    /// The claims that failed on their own mailbox, and whether that is the filesystem's fault: where none succeeded,
    /// and many failed or one for want of permission, dead letters would only hide that. The sweep stops then.
    func takeFailed() -> (claims: [(claim: BundleClaim, reason: String)], isGeneral: Bool) {
        state.withLock { state in
            defer {
                state.failed = []
                state.isRefused = false
            }
            let isGeneral = state.bundles == 0 && (state.failed.count >= 64 || state.isRefused)
            if isGeneral { state.stop(for: .stopped("no mailbox can be written: \(state.failed[0].reason)")) }
            return (state.failed, isGeneral)
        }
    }
}
