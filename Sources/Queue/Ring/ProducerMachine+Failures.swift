internal import HashRing
internal import SystemClock

extension ProducerMachine {
    mutating func restore(_ index: NodeIndex) {
        guard nodes[index].lastError != nil else { return }
        nodes[index].backoff.reset()
        nodes[index].suspectUntil = nil
        nodes[index].isProbeDue = false
        nodes[index].lastError = nil
    }

    /// A node that was asked whether it takes streams has answered. Its error and back-off stay until it has stored
    /// something: a full node takes streams and no frames.
    mutating func probed(_ index: NodeIndex, _ result: Result<Void, QueueError>, now: UInt64) {
        nodes[index].isProbing = false
        switch result {
        case .success: nodes[index].suspectUntil = nil
        case .failure(let error): suspect(index, error, now: now)
        }
        for partition in waiting.sorted() { advance(partition, now: now) }
        pump(now: now)
    }

    /// The node is left alone for a while, and all streams that it is a member of are given up.
    mutating func suspect(_ index: NodeIndex, _ error: QueueError, now: UInt64) {
        nodes[index].suspectUntil = now + UInt64(nodes[index].backoff.nextMilliseconds())
        nodes[index].lastError = error
        nodes[index].isProbeDue = false
        nodes[index].toOpen = []
        let affected = outboxes.filter { $0.value.stream?.members.contains(index) == true }.keys.sorted()
        for partition in affected { giveUpStream(partition, now: now) }
    }

    /// The node does not know these streams (any more): they are opened anew, on the same node if it goes on.
    mutating func refused(_ request: Request, _ error: QueueError, now: UInt64) {
        for part in request.parts where outboxes[part.partition]?.stream?.id == part.stream {
            outboxes[part.partition]?.refusals += 1
            if let refusals = outboxes[part.partition]?.refusals, refusals > settings.refusalsMax {
                return suspect(request.node, error, now: now)
            }
            giveUpStream(part.partition, now: now)
        }
    }

    mutating func giveUpStream(_ partition: PartitionIndex, now: UInt64) {
        guard let box = outboxes[partition] else { return }
        outboxes[partition]?.abandonStream()
        guard !box.isEmpty else { return }
        outboxes[partition]?.troubledSince = box.troubledSince ?? now
        advance(partition, now: now)
    }

    mutating func fail(_ partition: PartitionIndex, _ error: QueueError) {
        guard let refused = outboxes[partition]?.removeAll() else { return }
        finish(refused, .failure(error))
    }

    mutating func finish(_ frames: [Outbox.Frame], _ result: Result<Void, QueueError>) {
        guard !frames.isEmpty else { return }
        actions.append(.release(bytes: frames.reduce(0) { $0 + $1.bytes.count }))
        for frame in frames {
            guard let left = tickets[frame.ticket] else { continue }
            if case .success = result, left > 1 {
                tickets[frame.ticket] = left - 1
            } else {
                tickets[frame.ticket] = nil
                actions.append(.finish(frame.ticket, result))
            }
        }
    }
}
