internal import DurableFiles
internal import Synchronization

extension LogWriter {
    /// Does one piece of housekeeping. Returns whether there is more; an error ends it until something happens again.
    mutating func maintain() -> Bool {
        guard core.failure == nil else { return false }
        let due = core.index.withLock { $0.nextMaintenance() }
        isHousekeeping = true
        defer { isHousekeeping = false }
        do throws(SegmentLogError) {
            switch due {
            case .none: return false
            case .writeDropMarks: try writeDropMarks()
            case .release(let sequence): try release(sequence)
            case .copy(let sequence): try copyPiece(of: sequence)
            }
            return true
        } catch {
            abandonBatch(error)
            core.index.withLock { $0.postpone(due) }
            return false
        }
    }

    mutating func writeDropMarks() throws(SegmentLogError) {
        let marks = core.index.withLock { index in
            index.unmarked.compactMap { stream in index.streams[stream].map { (stream, $0.dropped) } }
        }
        for (stream, through) in marks { try addDropMark(stream, through) }
        try flush()
    }

    mutating func addDropMark(_ stream: LogStream, _ through: UInt64) throws(SegmentLogError) {
        try add(.dropMark, stream, through, payload: [])
        placed.append(.dropMark(stream, through: through))
    }

    /// Writes anew what must outlive the segment, then lets its file go.
    private mutating func release(_ sequence: UInt64) throws(SegmentLogError) {
        typealias Kept = (marks: [(LogStream, UInt64)], notes: [(key: [UInt8], note: NoteEntry)])
        let kept = core.index.withLock { index -> Kept in
            guard let segment = index.sealed[sequence] else { return ([], []) }
            let marks = index.marksToKeep(of: segment).compactMap { stream in
                index.streams[stream].map { (stream, $0.dropped) }
            }
            return (marks, index.notesToKeep(of: segment))
        }
        for (stream, through) in kept.marks { try addDropMark(stream, through) }
        for (key, note) in kept.notes { try addNote(key: key, value: note.value, order: note.order) }
        try flush()
        core.index.withLock { $0.setReleasing(sequence, true) }
        core.inBackground { [core] in core.release(sequence) }
    }

    /// Copies some live frames into the active segment. A frame that cannot be read stays where it is, and its segment
    /// with it.
    private mutating func copyPiece(of sequence: UInt64) throws(SegmentLogError) {
        typealias Live = (identity: SegmentIdentity?, references: [(stream: LogStream, reference: RunReference)])
        let live = core.index.withLock { index -> Live in
            guard let segment = index.sealed[sequence] else { return (nil, []) }
            return (segment.identity, index.liveReferences(in: segment))
        }
        guard let identity = live.identity else { return }
        let reader = FrameReader(core: core)
        var room = core.configuration.copyPieceBytes
        for (stream, reference) in live.references {
            for number in reference.first...reference.last {
                guard room > 0 else { return try flush() }
                guard let place = try reader.place(of: number, reference) else { return try flush() }
                guard let payload = try reader.payload(stream, number, identity, place) else {
                    core.index.withLock { $0.sealed[sequence]?.noteDamage(of: stream, number, place) }
                    return try flush()
                }
                let copy = try add(.frame, stream, number, payload: payload)
                placed.append(.copy(stream, number, copy, from: sequence))
                room -= copy.span
            }
        }
        try flush()
    }
}

extension LogIndex {
    /// Housekeeping failed, for lack of room perhaps; `reconsider` brings it back.
    mutating func postpone(_ maintenance: Maintenance) {
        if case .release(let sequence) = maintenance { deferred.append(sequence) }
        copyCheckDue = false
    }

    /// Something happened that may let postponed housekeeping succeed or be worth it.
    mutating func reconsider() {
        emptied += deferred
        deferred = []
        copyCheckDue = true
    }
}
