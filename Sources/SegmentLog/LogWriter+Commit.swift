internal import DurableFiles
internal import Synchronization

extension LogWriter {
    /// Writes and syncs the buffer, makes its records visible, then answers. After a throw nothing of it is visible.
    mutating func flush() throws(SegmentLogError) {
        if buffer.count > 0 {
            if let failure = core.failure { throw failure }
            try repairTail()
            let end = tail + buffer.count
            let room = isHousekeeping ? 0 : core.configuration.housekeepingBytes
            try segment.grow(
                through: max(end, min(end + room, segment.capacity)), step: core.configuration.growthBytes, core.supply,
                isHousekeeping: isHousekeeping)
            try write(buffer.bytes, at: tail)
            try sync()
            let records = placed
            core.index.withLock { $0.apply(records, end: end) }
            tail = end
            dirtyThrough = end
            buffer.reset(keepingBytes: 2 * core.configuration.batchBytes)
            placed.removeAll(keepingCapacity: true)
            expected.removeAll(keepingCapacity: true)
            prepareAhead()
        }
        let answered = completions
        completions.removeAll(keepingCapacity: true)
        for entry in answered { entry.complete(.success(())) }
    }

    /// Forgets the buffer and tells those who wait for it.
    mutating func abandonBatch(_ error: SegmentLogError) {
        core.note(error)
        buffer.reset(keepingBytes: 2 * core.configuration.batchBytes)
        placed.removeAll(keepingCapacity: true)
        expected.removeAll(keepingCapacity: true)
        beginning = []
        let answered = completions
        completions.removeAll(keepingCapacity: true)
        for entry in answered { entry.complete(.failure(error)) }
    }

    /// Seals the full active segment and goes on in the next one. The buffer is empty.
    mutating func roll() throws(SegmentLogError) {
        let next = try core.supply.take()
        do throws(SegmentLogError) {
            _ = buffer.append(
                .sealMark, LogStream(partition: 0, high: 0, low: 0), 0, payload: [], batchStart: tail,
                salt: segment.identity.salt)
            placed.append(.seal)
            try flush()
        } catch {
            core.supply.putBack(next)
            throw error
        }
        let full = segment.identity.sequence
        let fileBytes = segment.grownBytes
        let identity = next.identity
        core.index.withLock { index in
            index.active.fileBytes = fileBytes
            index.roll(to: SegmentEntry(identity: identity, fileBytes: 0))
        }
        segment = next
        tail = SegmentHeader.areaBytes
        dirtyThrough = tail
        growthRequested = 0
        nextRequested = false
        core.inBackground { [core] in core.writeIndexFile(of: full) }
    }

    /// A write that failed may have left whole records behind: they must not come back once shorter ones stand before.
    private mutating func repairTail() throws(SegmentLogError) {
        guard dirtyThrough > tail else { return }
        let zeros = [UInt8](repeating: 0, count: dirtyThrough - tail)
        try SegmentLogError.translating { () throws(FileError) in try segment.file.write(zeros, at: tail) }
        try sync()
        dirtyThrough = tail
    }

    private mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SegmentLogError) {
        dirtyThrough = max(dirtyThrough, offset + bytes.count)
        do throws(FileError) { try segment.file.write(bytes, at: offset) } catch { throw SegmentLogError(error) }
    }

    private func sync() throws(SegmentLogError) {
        let start = ContinuousClock.now
        do throws(FileError) {
            try segment.file.sync()
        } catch {
            let final = SegmentLogError(.failed, error.description, path: error.path)
            core.note(final)
            throw final
        }
        core.syncs.add(1, ordering: .relaxed)
        core.configuration.onSync?(UInt64(max(0, (ContinuousClock.now - start) / .nanoseconds(1))))
    }

    /// Keeps the allocated area ahead of the tail, and has the next segment ready before this one is full.
    private mutating func prepareAhead() {
        let step = core.configuration.growthBytes
        let grown = segment.grownBytes
        if grown < segment.capacity && tail + step / 2 > grown && growthRequested < grown + 1 {
            growthRequested = grown + 1
            core.inBackground { [core, segment] in
                core.attempt { () throws(SegmentLogError) in
                    try segment.grow(through: grown + 1, step: step, core.supply, isHousekeeping: false)
                }
            }
        }
        if tail > segment.capacity / 2 && !nextRequested {
            nextRequested = true
            core.inBackground { [core] in
                core.attempt { () throws(SegmentLogError) in try core.supply.prepare() }
            }
        }
    }
}
