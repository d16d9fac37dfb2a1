internal import CanonicalStore
internal import Lease
internal import Logging
internal import Peers
internal import Queue
internal import StatuscastModel
internal import SystemClock
internal import Traces

/// Publishes statuses whose time has come. One task of the store's tenure.
///
/// In three steps, each durable before the next: the status gets its id, in a fact; the item goes to the topic
/// `receive`; the scheduled one is removed, by a fact. Whoever goes on after a crash in between sends the same item
/// under the same id, and what has seen it drops it: readers see it once.
struct Publisher: Sendable {
    private static let batchMax = 100
    /// Also how late a status may be, at most, while everything works.
    private static let pauseMilliseconds = 500

    let answers: StoreAnswers
    let logger: Logger

    /// Until its task is cancelled.
    func run() async {
        while !Task.isCancelled {
            await publishDue()
            // What falls due next may be made or changed at any time by any process that asks the store.
            try? await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
        }
    }

    /// Those that fail stay due, and are tried again after a pause.
    func publishDue() async {
        do {
            try answers.mustKnowAll()
            let due = try await answers.users.due(atUnixMilliseconds: UnixClock.milliseconds(), limit: Self.batchMax)
            for kept in due { try await publish(kept) }
        } catch {
            logger.warning("scheduled statuses wait", metadata: ["error": "\(error)"])
        }
    }

    private func publish(_ kept: KeptFact) async throws {
        guard case .scheduledSet(var scheduled) = kept.fact else { return }
        var known = kept
        if scheduled.status == nil {
            scheduled.status = StatusID(
                rawValue: try await answers.issuer.next(after: scheduled.draft.inReplyTo?.rawValue))
            // Its author was quicker: with another time it comes round again, and gone it is gone.
            guard try await answers.submit(.scheduledSet(scheduled), over: known),
                let named = try await answers.users.kept(
                    .scheduled, scheduled.id.description, of: scheduled.draft.author)
            else { return }
            known = named
        }
        guard let status = scheduled.status, let item = scheduled.published else { return }
        try await answers.append(item.encoded(), of: scheduled.draft.author, to: Topics.receive)
        logger.debug("published", metadata: .about(scheduled.draft.trace, status: status))
        _ = try await answers.submit(
            .scheduledRemoved(owner: scheduled.draft.author, id: scheduled.id), over: known)
    }
}
