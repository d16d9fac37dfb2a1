internal import NIOCore
internal import Synchronization

/// What belongs to the client's event loop: the connection, what is pending on it, and the two timers.
final class ClientLoop {
    var channel: (any Channel)?
    var connection: ClientConnection?
    var pending: [UInt64: PendingRequest] = [:]
    /// Answered requests whose slots are not given back yet.
    var finishedCount = 0
    var finishedBytes = 0
    var failedAttempts = 0
    var reconnect: Scheduled<Void>?
    var sweep: Scheduled<Void>?
    var sweepDeadline = NIODeadline.distantFuture
}

/// Requests on the event loop. All of these are called there.
extension ClientCore {
    /// Writes what was submitted, with one flush.
    func drain() {
        let (batch, earliestWaiting) = shared.withLock { shared in
            shared.isDrainScheduled = false
            defer { shared.admission.earliestWaiting = nil }
            return (shared.admission.takeSubmitted(), shared.admission.earliestWaiting)
        }
        let loop = self.loop.value
        var earliest = earliestWaiting
        for request in batch {
            loop.pending[request.id] = PendingRequest(
                bytes: request.bytes, deadline: request.deadline, completion: request.completion)
            if let connection = loop.connection {
                write(request, to: connection)
            } else {
                finish(
                    request.id, .failure(WireError(.temporary, "the connection was lost before the request was sent")))
            }
            if let deadline = request.deadline { earliest = min(earliest ?? deadline, deadline) }
        }
        if !batch.isEmpty { loop.connection?.flush() }
        if let earliest { scheduleSweep(at: earliest) }
        releaseFinished()
    }

    /// What was submitted before the peer's limits were known is checked against them here.
    private func write(_ request: OutgoingRequest, to connection: ClientConnection) {
        guard request.bytes <= connection.frameBytesMax else {
            let limit = connection.frameBytesMax
            finish(
                request.id,
                .failure(WireError(.tooLarge, "a request of \(request.bytes) bytes, at most \(limit) are taken")))
            return
        }
        connection.write(request.frame)
    }

    /// Completes a pending request; one that is not pending any more (late, cancelled) is ignored.
    func finish(_ id: UInt64, _ result: Result<WireResponse, WireError>) {
        let loop = self.loop.value
        guard let pending = loop.pending.removeValue(forKey: id) else { return }
        loop.finishedCount += 1
        loop.finishedBytes += pending.bytes
        pending.completion(result)
    }

    /// Gives the slots of finished requests to waiting ones.
    func releaseFinished() {
        let loop = self.loop.value
        guard loop.finishedCount > 0 else { return }
        let (count, bytes) = (loop.finishedCount, loop.finishedBytes)
        loop.finishedCount = 0
        loop.finishedBytes = 0
        let needsDrain = shared.withLock { shared in
            shared.admission.release(count: count, bytes: bytes)
            return !shared.admission.submitted.isEmpty && shared.needsDrain()
        }
        if needsDrain { eventLoop.execute { self.drain() } }
    }

    // MARK: Deadlines

    /// One timer for all requests; it is set to the earliest deadline and looks through everything then.
    private func scheduleSweep(at deadline: NIODeadline) {
        let loop = self.loop.value
        // Deadlines close to each other share a sweep.
        let at = max(deadline, .now() + .milliseconds(5))
        guard at < loop.sweepDeadline else { return }
        loop.sweep?.cancel()
        loop.sweepDeadline = at
        loop.sweep = eventLoop.scheduleTask(deadline: at) { self.sweep() }
    }

    private func sweep() {
        let loop = self.loop.value
        loop.sweep = nil
        loop.sweepDeadline = .distantFuture
        let now = NIODeadline.now()
        let error = WireError(.timedOut, "no answer within the deadline")
        let (waiting, nextWaiting) = shared.withLock { $0.admission.takeExpired(now) }
        for request in waiting { request.completion(.failure(error)) }
        let expired = loop.pending.filter { $0.value.deadline.map { $0 <= now } ?? false }
        for id in expired.keys { finish(id, .failure(error)) }
        releaseFinished()
        let nextPending = loop.pending.values.lazy.compactMap(\.deadline).min()
        if let next = [nextWaiting, nextPending].compactMap({ $0 }).min() { scheduleSweep(at: next) }
    }
}
