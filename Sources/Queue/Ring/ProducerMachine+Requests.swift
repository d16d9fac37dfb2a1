internal import DequeModule
internal import HashRing

extension ProducerMachine {
    mutating func pump(now: UInt64) {
        for index in nodes.indices {
            if nodes[index].opening.isEmpty, !nodes[index].isProbing { openOrProbe(index) }
            while nodes[index].requestsUnderWay < settings.requestsUnderWayMax, fillRequest(to: index) {}
        }
        scheduleWake(now: now)
    }

    /// One question of this kind is under way to a node at a time.
    private mutating func openOrProbe(_ index: NodeIndex) {
        if nodes[index].isProbeDue {
            nodes[index].isProbeDue = false
            nodes[index].isProbing = true
            return actions.append(.open(index, []))
        }
        guard !nodes[index].toOpen.isEmpty else { return }
        let wanted = nodes[index].toOpen.filter { outboxes[$0.partition]?.stream?.id == $0.stream }
        nodes[index].toOpen = []
        nodes[index].opening = wanted
        if !wanted.isEmpty { actions.append(.open(index, wanted)) }
    }

    /// Sends one request with what is ready for a node; false when nothing is.
    private mutating func fillRequest(to index: NodeIndex) -> Bool {
        var frames: [NumberedFrame] = []
        var parts: [(partition: PartitionIndex, stream: StreamID, numbers: ClosedRange<UInt64>)] = []
        var bytesLeft = settings.requestBytesMax
        while frames.count < settings.requestFramesMax, bytesLeft > 0,
            let partition = nodes[index].ready.popFirst()
        {
            guard
                let sent = outboxes[partition]?.send(
                    partition, to: index, framesMax: settings.requestFramesMax - frames.count, bytesLeft: &bytesLeft)
            else { continue }
            frames += sent.frames
            parts.append((partition, sent.stream, sent.numbers))
            if sent.hasMore { nodes[index].ready.append(partition) }
        }
        guard !frames.isEmpty else { return false }
        lastRequest += 1
        requests[lastRequest] = Request(node: index, parts: parts)
        nodes[index].requestsUnderWay += 1
        actions.append(.append(index, request: lastRequest, frames))
        return true
    }

    private mutating func scheduleWake(now: UInt64) {
        guard !waiting.isEmpty else { return }
        let deadlines = waiting.compactMap { outboxes[$0]?.troubledSince.map { $0 + settings.retryMilliseconds } }
        // What lies behind waits for the answer of a node that was asked whether it is back.
        guard let earliest = (deadlines + nodes.compactMap(\.suspectUntil)).filter({ $0 > now }).min() else { return }
        if let nextWake, nextWake <= earliest { return }
        nextWake = earliest
        actions.append(.wake(afterMilliseconds: earliest - min(earliest, now)))
    }
}
