internal import DurableFiles
internal import StatuscastModel

/// Writes single mailboxes at once, without a sync: what a reader waits for. The sweep makes it durable later.
struct PromptWriting: Sendable {
    private static let claimsAtOnce = 64
    let parts: DeliverParts

    /// Writes watched mailboxes a few milliseconds after they got something, until cancelled.
    func run() async {
        for await _ in parts.board.urgent {
            try? await Task.sleep(for: .milliseconds(parts.configuration.watchedDelayMilliseconds))
            if Task.isCancelled { return }
            await parts.promptThreads.run { writeUrgent() }
        }
    }

    private func writeUrgent() {
        while true {
            let claims = parts.board.withState { $0.pending.claimUrgent(Self.claimsAtOnce) }
            guard !claims.isEmpty else { return }
            _ = write(claims)
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
        parts.board.giveBack(written: written, failed: failed)
        return first
    }
}
