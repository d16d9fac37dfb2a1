internal import DurableFiles
internal import StatuscastModel
internal import SystemClock

/// Writes single mailboxes at once, without a sync: what a reader waits for. The sweep makes it durable later.
struct PromptWriting: Sendable {
    private static let claimsAtOnce = 64
    /// Rest after a pass, as a multiple of its duration.
    private static let restPerPass: UInt64 = 3
    let parts: DeliverParts

    /// Writes watched mailboxes a few milliseconds after they got something, until cancelled. Where the passes take
    /// long it rests longer, so that bundles grow under load.
    func run() async {
        let delay = UInt64(max(parts.configuration.watchedDelayMilliseconds, 0))
        var lastTook: UInt64 = 0
        for await _ in parts.board.urgent {
            // The rest is the point: what comes meanwhile is written together.
            try? await Task.sleep(for: .milliseconds(max(delay, lastTook * Self.restPerPass)))
            if Task.isCancelled { return }
            let started = MonotonicClock.milliseconds()
            await parts.promptThreads.run { writeUrgent() }
            lastTook = MonotonicClock.milliseconds() - started
        }
    }

    /// One pass: what is urgent now. What becomes so meanwhile is left to the next one.
    private func writeUrgent() {
        var left = parts.board.withState { $0.pending.urgent.count }
        while left > 0 {
            let limit = min(left, Self.claimsAtOnce)
            let claims = parts.board.withState { $0.pending.claimUrgent(limit) }
            if !claims.isEmpty { _ = write(claims) }
            left -= limit
        }
    }

    /// Returns the first failure. What failed is pending again; the sweep tries once more and then judges.
    func write(_ claims: [BundleClaim]) -> BundleFailure? {
        var written: [BundleClaim] = []
        var failed: [BundleClaim] = []
        var first: BundleFailure?
        for claim in claims {
            switch parts.writer.write(claim) {
            case .success: written.append(claim)
            case .failure(let failure):
                failed.append(claim)
                first = first ?? failure
            }
        }
        parts.metrics.written(bundles: written.count, deliveries: written.reduce(0) { $0 + $1.count })
        parts.metrics.visible(written)
        parts.board.giveBack(written: written, failed: failed)
        return first
    }
}
