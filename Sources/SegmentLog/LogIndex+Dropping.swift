internal import DequeModule

extension LogIndex {
    /// Forgets the frames of a stream up to a number. Returns whether that leaves maintenance to do.
    mutating func drop(_ stream: LogStream, through number: UInt64) -> Bool {
        guard let entry = streams[stream] else { return false }
        let through = min(number, entry.next - 1)
        guard through > entry.dropped else { return false }
        entry.dropped = through
        unmarked.insert(stream)
        while let reference = entry.references.first, reference.first <= through {
            let (frames, bytes) = entry.references[0].advance(to: min(through, reference.last) + 1)
            lose(frames: frames, bytes: bytes, in: reference.segment)
            guard reference.last <= through else { break }
            entry.references.removeFirst()
        }
        while !entry.recent.isEmpty && entry.recentFirst <= through { entry.recent.removeFirst() }
        forgetIfGone(stream)
        if bytesDroppedSinceCopyCheck >= configuration.segmentBytes / 4 { reconsider() }
        return !emptied.isEmpty || copyCheckDue
    }

    /// A frame was copied into the active segment: from now on that copy counts, unless the frame was dropped
    /// meanwhile.
    mutating func relocate(_ stream: LogStream, _ number: UInt64, _ place: FramePlace, from source: UInt64) {
        guard let entry = streams[stream] else { return }
        let slot = record(place, of: entry, stream, number, in: entry.copyRun)
        entry.copyRun = slot
        guard
            let position = entry.references.firstIndex(where: { $0.first <= number && number <= $0.last }),
            entry.references[position].segment == source, entry.references[position].first == number
        else { return }
        let (frames, bytes) = entry.references[position].advance(to: number + 1)
        lose(frames: frames, bytes: bytes, in: source)
        if entry.references[position].first > entry.references[position].last { entry.references.remove(at: position) }
        active.liveFrames += 1
        active.liveFrameBytes += place.span
        if position > 0, entry.references[position - 1].source == .run(slot.run),
            entry.references[position - 1].segment == slot.segment
        {
            entry.references[position - 1].last = number
            entry.references[position - 1].bytes += place.span
        } else {
            let reference = RunReference(
                first: number, last: number, segment: slot.segment, source: .run(slot.run), bytes: place.span)
            entry.references.insert(reference, at: position)
        }
    }

    /// A segment's file is gone for good: nothing of it can come back after a crash.
    mutating func remove(_ sequence: UInt64) {
        guard let segment = sealed.removeValue(forKey: sequence) else { return }
        for run in segment.runs {
            guard let entry = streams[run.stream] else { continue }
            entry.holders -= 1
            entry.releasingHolders -= 1
            forgetIfGone(run.stream)
        }
        for key in segment.noteKeys where notes[key]?.segment == sequence { notes[key] = nil }
        reconsider()
    }

    /// A sealed segment is on its way to the spare files, or after all is not.
    mutating func setReleasing(_ sequence: UInt64, _ isReleasing: Bool) {
        guard let segment = sealed[sequence], segment.isReleasing != isReleasing else { return }
        segment.isReleasing = isReleasing
        for run in segment.runs { streams[run.stream]?.releasingHolders += isReleasing ? 1 : -1 }
        if !isReleasing { deferred.append(sequence) }
    }

    private mutating func lose(frames: Int, bytes: Int, in sequence: UInt64) {
        guard let segment = segment(sequence) else { return }
        segment.liveFrames -= frames
        segment.liveFrameBytes -= bytes
        bytesDroppedSinceCopyCheck += bytes
        if segment.liveFrames == 0 && segment.isSealed { emptied.append(sequence) }
    }

    /// A stream without a live frame and without a frame in any file leaves nothing to know.
    private mutating func forgetIfGone(_ stream: LogStream) {
        guard let entry = streams[stream], entry.references.isEmpty, entry.holders == 0 else { return }
        streams[stream] = nil
        unmarked.remove(stream)
    }
}
