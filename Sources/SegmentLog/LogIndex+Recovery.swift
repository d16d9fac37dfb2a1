internal import DequeModule

/// A segment file of which nothing can be read.
struct LostSegment {
    var sequence: UInt64
    var path: String
    var bytes: Int
}

extension LogIndex {
    /// Takes over a segment at opening, in the order of sequence numbers. Frames found again were copied forward: the
    /// later place counts.
    mutating func adopt(_ contents: SegmentContents) {
        let sequence = contents.identity.sequence
        let segment = segment(sequence) ?? SegmentEntry(identity: contents.identity, fileBytes: contents.fileBytes)
        if sequence != active.identity.sequence {
            segment.isSealed = true
            sealed[sequence] = segment
        }
        segment.usedBytes = contents.usedBytes
        segment.runs = contents.runs
        segment.damages = contents.damages
        segment.indexBytes = contents.indexBytes
        for (position, run) in contents.runs.enumerated() {
            let entry = streams[run.stream] ?? StreamEntry(next: run.last + 1)
            streams[run.stream] = entry
            entry.holders += 1
            entry.next = max(entry.next, run.last + 1)
            entry.replace(
                with: RunReference(
                    first: run.first, last: run.last, segment: sequence, source: .run(position), bytes: run.bytes))
            let slot = RunSlot(segment: sequence, run: position)
            if entry.next == run.last + 1 { entry.appendRun = slot }
        }
        for note in contents.notes {
            segment.noteKeys.insert(note.key)
            let payload = NotePayload(key: note.key, value: note.value ?? [])
            let bytes = RecordHeader.span(payloadBytes: 4 + payload.key.count + payload.value.count)
            guard note.order > 0 else { continue }
            take(key: note.key, NoteEntry(order: note.order, value: note.value, segment: sequence, bytes: bytes))
        }
    }

    /// Once all segments are adopted: applies the drop marks, marks what is missing as lost, counts what is live.
    mutating func finishRecovery(_ all: [SegmentContents], lost: [LostSegment]) {
        for contents in all {
            guard let segment = segment(contents.identity.sequence) else { continue }
            for mark in contents.marks { takeMark(of: mark.stream, through: mark.through, in: segment) }
        }
        for entry in streams.values {
            entry.dropped = entry.marked?.through ?? 0
            entry.next = max(entry.next, entry.dropped + 1)
            while let reference = entry.references.first, reference.first <= entry.dropped {
                if reference.last <= entry.dropped {
                    entry.references.removeFirst()
                } else {
                    _ = entry.references[0].advance(to: entry.dropped + 1)
                }
            }
        }
        for contents in all {
            for damage in contents.damages { adopt(damage, in: contents.identity) }
        }
        for entry in streams.values { fillGaps(of: entry, all, lost) }
        countLive()
    }

    /// A damaged frame that is nowhere else: its number is lost.
    private mutating func adopt(_ damage: Damage, in segment: SegmentIdentity) {
        guard let frame = damage.frame else { return }
        let entry = streams[frame.stream] ?? StreamEntry(next: frame.number + 1)
        guard frame.number > entry.dropped,
            !entry.references.contains(where: { $0.first <= frame.number && frame.number <= $0.last })
        else { return }
        streams[frame.stream] = entry
        entry.next = max(entry.next, frame.number + 1)
        lostTexts.append(Damage.text(path: segment.path, offset: damage.offset))
        entry.replace(
            with: RunReference(
                first: frame.number, last: frame.number, segment: segment.sequence, source: .lost(lostTexts.count - 1),
                bytes: 0))
    }

    /// Numbers missing between two that are there, or behind the drop mark, were where headers are damaged now.
    private mutating func fillGaps(of entry: StreamEntry, _ all: [SegmentContents], _ lost: [LostSegment]) {
        var missing: [RunReference] = []
        var expected = entry.dropped + 1
        var before: UInt64 = 0
        for reference in entry.references {
            if reference.first > expected {
                let range = min(before, reference.segment)...max(before, reference.segment)
                let (segment, text) = cause(within: range, all, lost)
                lostTexts.append(text)
                let source = RunReference.Source.lost(lostTexts.count - 1)
                missing.append(
                    RunReference(
                        first: expected, last: reference.first - 1, segment: segment, source: source, bytes: 0))
            }
            expected = reference.last + 1
            before = reference.segment
        }
        for reference in missing { entry.replace(with: reference) }
    }

    private func cause(
        within range: ClosedRange<UInt64>, _ all: [SegmentContents], _ lost: [LostSegment]
    ) -> (segment: UInt64, text: String) {
        var segment: UInt64 = 0
        var texts: [String] = []
        for contents in all where range.contains(contents.identity.sequence) {
            for damage in contents.damages where damage.frame == nil {
                if segment == 0 { segment = contents.identity.sequence }
                texts.append(Damage.text(path: contents.identity.path, offset: damage.offset))
            }
        }
        for file in lost where range.contains(file.sequence) { texts.append(Damage.text(path: file.path, offset: 0)) }
        guard !texts.isEmpty else { return (0, "missing: no file of the log holds it") }
        return (segment, texts.prefix(3).joined(separator: ", or "))
    }

    private mutating func countLive() {
        for entry in streams.values {
            for reference in entry.references {
                guard let segment = segment(reference.segment) else { continue }
                segment.liveFrames += reference.count
                segment.liveFrameBytes += reference.bytes
            }
        }
        emptied = sealed.values.filter { $0.liveFrames == 0 }.map(\.identity.sequence)
        copyCheckDue = true
    }
}

extension StreamEntry {
    /// Makes `new` the place of its numbers, whatever held them before.
    func replace(with new: RunReference) {
        guard let last = references.last, last.last >= new.first else {
            references.append(new)
            return
        }
        var pieces: [RunReference] = [new]
        for old in references {
            if old.last < new.first || old.first > new.last {
                pieces.append(old)
                continue
            }
            if old.first < new.first {
                var left = old
                left.end(at: new.first - 1)
                pieces.append(left)
            }
            if old.last > new.last {
                var right = old
                _ = right.advance(to: new.last + 1)
                pieces.append(right)
            }
        }
        references = RunReferences(pieces.sorted { $0.first < $1.first })
    }
}
