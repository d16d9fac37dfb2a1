internal import DequeModule

/// The next small piece of housekeeping.
enum Maintenance: Equatable {
    case none
    /// A sealed segment without live frames: what it holds besides is written anew, then its file is free.
    case release(UInt64)
    /// A sealed segment with few live bytes: a piece of them is copied forward.
    case copy(UInt64)
    case writeDropMarks
}

extension LogIndex {
    /// Releasing and copying write at most a fraction of what they free, so housekeeping always comes to an end.
    mutating func nextMaintenance() -> Maintenance {
        while let sequence = emptied.popLast() {
            guard let segment = sealed[sequence], segment.liveFrames == 0, !segment.isReleasing else { continue }
            if isWorthFreeing(segment) { return .release(sequence) }
            deferred.append(sequence)
        }
        if copyCheckDue {
            if let sequence = copyCandidate() { return .copy(sequence) }
            copyCheckDue = false
            bytesDroppedSinceCopyCheck = 0
        }
        if bytesSinceMarks >= configuration.dropMarkBytes {
            bytesSinceMarks = 0
            if !unmarked.isEmpty { return .writeDropMarks }
        }
        return .none
    }

    /// The sealed segment with the smallest live share, once garbage outweighs what is live in all of them.
    private func copyCandidate() -> UInt64? {
        var used = 0
        var live = 0
        var best: SegmentEntry?
        for segment in sealed.values where segment.isCopyable && segment.liveFrames > 0 {
            used += segment.usedBytes - SegmentHeader.areaBytes
            live += segment.liveBytes
            let isLess = best.map {
                (segment.liveFraction, segment.identity.sequence) < ($0.liveFraction, $0.identity.sequence)
            }
            if isLess ?? true { best = segment }
        }
        guard sealed.count >= 2, let best, Double(live) < configuration.copyForwardBelowLiveFraction * Double(used),
            isWorthFreeing(best)
        else { return nil }
        return best.identity.sequence
    }

    private func isWorthFreeing(_ segment: SegmentEntry) -> Bool {
        let fraction = max(configuration.copyForwardBelowLiveFraction, 0.25)
        let marks = marksToKeep(of: segment).count * RecordHeader.byteCount
        return Double(segment.liveBytes + marks) <= fraction * Double(segment.usedBytes - SegmentHeader.areaBytes)
    }

    /// Drop marks that must be on disk elsewhere before this segment goes: of streams that have frames in other files,
    /// which would otherwise come back, or show a gap where this segment's frames were.
    func marksToKeep(of segment: SegmentEntry) -> [LogStream] {
        var runs: [LogStream: Int] = [:]
        for run in segment.runs { runs[run.stream, default: 0] += 1 }
        for stream in segment.markedStreams { runs[stream, default: 0] += 0 }
        return runs.compactMap { stream, count in
            guard let entry = streams[stream], entry.dropped > 0, entry.holders > count else { return nil }
            guard let marked = entry.marked, marked.through >= entry.dropped else { return stream }
            return marked.segment == segment.identity.sequence ? stream : nil
        }
    }

    /// The latest notes that only this segment has. Forgotten keys count as long as another file has a note of them.
    func notesToKeep(of segment: SegmentEntry) -> [(key: [UInt8], note: NoteEntry)] {
        let sequence = segment.identity.sequence
        return segment.noteKeys.compactMap { key in
            guard let note = notes[key], note.segment == sequence else { return nil }
            let isElsewhere = { (other: SegmentEntry) in
                other.identity.sequence != sequence && other.noteKeys.contains(key)
            }
            guard note.value != nil || isElsewhere(active) || sealed.values.contains(where: isElsewhere) else {
                return nil
            }
            return (key, note)
        }.sorted { $0.note.order < $1.note.order }
    }

    /// What is live in a segment, by run; lost numbers are not.
    func liveReferences(in segment: SegmentEntry) -> [(stream: LogStream, reference: RunReference)] {
        var streamsSeen: Set<LogStream> = []
        var found: [(stream: LogStream, reference: RunReference)] = []
        for run in segment.runs where streamsSeen.insert(run.stream).inserted {
            guard let entry = streams[run.stream] else { continue }
            for reference in entry.references where reference.segment == segment.identity.sequence {
                if case .run = reference.source { found.append((run.stream, reference)) }
            }
        }
        return found
    }
}
