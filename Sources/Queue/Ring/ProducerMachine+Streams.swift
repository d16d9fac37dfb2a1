internal import DequeModule
internal import HashRing

extension ProducerMachine {
    /// The living nodes that a stream would open on now; whether those that it would rather have are back is asked.
    private mutating func members(for partition: PartitionIndex, now: UInt64) -> [NodeIndex] {
        var members: [NodeIndex] = []
        for index in preference(partition) where members.count < settings.copies {
            if let until = nodes[index].suspectUntil {
                if until <= now, !nodes[index].isProbing { nodes[index].isProbeDue = true }
            } else {
                members.append(index)
            }
        }
        return members
    }

    private func isAskedForReturn(_ index: NodeIndex) -> Bool { nodes[index].isProbeDue || nodes[index].isProbing }

    /// An idle stream on stand-ins is left once its preferred nodes seem to live again.
    mutating func leaveIfAway(_ partition: PartitionIndex, now: UInt64) {
        guard let box = outboxes[partition], box.isEmpty, let stream = box.stream,
            now - min(now, stream.since) >= settings.awayMilliseconds,
            stream.members != members(for: partition, now: now)
        else { return }
        outboxes[partition]?.abandonStream()
    }

    /// Leaves a stream that would open on other nodes now, if enough of those live.
    mutating func leaveIfElsewhere(_ partition: PartitionIndex, now: UInt64) {
        guard let stream = outboxes[partition]?.stream else { return }
        let wanted = members(for: partition, now: now)
        guard wanted.count == settings.copies, wanted != stream.members else { return }
        outboxes[partition]?.leaveStream()
        advance(partition, now: now)
    }

    /// Brings a partition that has frames one step further: to a stream, or to the nodes of its stream.
    mutating func advance(_ partition: PartitionIndex, now: UInt64) {
        waiting.remove(partition)
        guard let box = outboxes[partition], !box.isEmpty else { return }
        guard let stream = box.stream else { return open(partition, now: now) }
        guard stream.unopened.isEmpty else { return }
        for member in stream.members where outboxes[partition]?.makeReady(member) == true {
            nodes[member].ready.append(partition)
        }
    }

    private mutating func open(_ partition: PartitionIndex, now: UInt64) {
        let members = members(for: partition, now: now)
        guard members.count == settings.copies else { return wait(partition, now: now) }
        let id = newStream()
        outboxes[partition]?.start(id, on: members, now: now)
        for member in members { nodes[member].toOpen.append(StreamKey(partition: partition, stream: id)) }
    }

    private mutating func wait(_ partition: PartitionIndex, now: UInt64) {
        let since = outboxes[partition]?.troubledSince ?? now
        outboxes[partition]?.troubledSince = since
        if now - min(now, since) >= settings.retryMilliseconds, !preference(partition).contains(where: isAskedForReturn)
        {
            fail(partition, noNodes(for: partition))
        } else {
            waiting.insert(partition)
        }
    }

    private func noNodes(for partition: PartitionIndex) -> QueueError {
        let nodes = preference(partition).map { self.nodes[$0] }
        let reasons = nodes.compactMap { node in node.lastError.map { "\(node.name): \($0)" } }
        let allFull = !nodes.isEmpty && nodes.allSatisfy { $0.lastError?.code == .full }
        return QueueError(
            allFull ? .full : .temporary,
            "fewer than \(settings.copies) of \(nodes.count) nodes take frames; \(reasons.joined(separator: "; "))")
    }
}
