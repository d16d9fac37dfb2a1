internal import DequeModule

typealias RunReferences = Deque<RunReference>
typealias RecentBytes = Deque<[UInt8]>

/// A record that has been written and synced, and what the index has to know of it.
enum Placed {
    case frame(LogStream, UInt64, FramePlace, bytes: [UInt8])
    case copy(LogStream, UInt64, FramePlace, from: UInt64)
    case note(key: [UInt8], value: [UInt8]?, order: UInt64, bytes: Int)
    case dropMark(LogStream, through: UInt64)
    case seal
}

/// Which frames, notes and marks exist and where: a pure state machine without files. Its owner guards it by a mutex.
///
/// Memory: for the active segment 8 bytes a frame, for each sealed one about 100 bytes a run (a stream in it, or 65,536
/// frames), the live notes, and `recentBytes` of the latest frames.
struct LogIndex {
    let configuration: SegmentLogConfiguration
    var active: SegmentEntry
    var sealed: [UInt64: SegmentEntry] = [:]
    var streams: [LogStream: StreamEntry] = [:]
    var notes: [[UInt8]: NoteEntry] = [:]
    /// What is said to readers of lost numbers.
    var lostTexts: [String] = []
    /// The latest frames in the order of their appending, so that memory for them stays bounded.
    var recentOrder: Deque<(stream: StreamEntry, number: UInt64, bytes: Int)> = []
    var recentBytes = 0

    /// Streams whose drops are not on disk yet, and the bytes appended since marks were written.
    var unmarked: Set<LogStream> = []
    var bytesSinceMarks = 0
    /// Sealed segments that lost their last live frame, to be looked at.
    var emptied: [UInt64] = []
    /// Emptied segments that hold too many notes and marks to be worth it now.
    var deferred: [UInt64] = []
    var bytesDroppedSinceCopyCheck = 0
    var copyCheckDue = false

    init(configuration: SegmentLogConfiguration, active: SegmentEntry) {
        self.configuration = configuration
        self.active = active
    }

    func segment(_ sequence: UInt64) -> SegmentEntry? {
        sequence == active.identity.sequence ? active : sealed[sequence]
    }

    /// The number that a stream expects (nil: any), and whether no file that stays has a frame of it: then a drop mark
    /// must say that the next frame is the first, or the ones before would look lost.
    func standing(of stream: LogStream) -> (next: UInt64?, isAnew: Bool) {
        guard let entry = streams[stream] else { return (nil, true) }
        return (entry.next, entry.references.isEmpty && entry.holders == entry.releasingHolders)
    }

    /// Takes over what a commit has made durable in the active segment, which now ends at `end`.
    mutating func apply(_ records: [Placed], end: Int) {
        bytesSinceMarks += end - active.usedBytes
        active.usedBytes = end
        for record in records {
            switch record {
            case .frame(let stream, let number, let place, let bytes): append(stream, number, place, bytes)
            case .copy(let stream, let number, let place, let source): relocate(stream, number, place, from: source)
            case .note(let key, let value, let order, let bytes):
                take(key: key, NoteEntry(order: order, value: value, segment: active.identity.sequence, bytes: bytes))
                active.noteKeys.insert(key)
            case .dropMark(let stream, let through):
                if streams[stream] == nil {
                    let entry = StreamEntry(next: through + 1)
                    entry.dropped = through
                    streams[stream] = entry
                }
                takeMark(of: stream, through: through, in: active)
            case .seal: break
            }
        }
    }

    /// Replaces the full active segment by `next`.
    mutating func roll(to next: SegmentEntry) {
        let full = active
        full.isSealed = true
        sealed[full.identity.sequence] = full
        active = next
        if full.liveFrames == 0 { emptied.append(full.identity.sequence) }
        reconsider()
    }

    private mutating func append(_ stream: LogStream, _ number: UInt64, _ place: FramePlace, _ bytes: [UInt8]) {
        let entry = streams[stream] ?? StreamEntry(next: number)
        if entry.holders == 0 && entry.references.isEmpty { streams[stream] = entry }
        let slot = record(place, of: entry, stream, number, in: entry.appendRun)
        entry.appendRun = slot
        entry.next = number + 1
        if let last = entry.references.indices.last, entry.references[last].source == .run(slot.run),
            entry.references[last].segment == slot.segment
        {
            entry.references[last].last = number
            entry.references[last].bytes += place.span
        } else {
            entry.references.append(
                RunReference(
                    first: number, last: number, segment: slot.segment, source: .run(slot.run), bytes: place.span))
        }
        active.liveFrames += 1
        active.liveFrameBytes += place.span
        remember(bytes, number, of: entry)
    }

    /// Notes in the active segment's runs where a frame lies.
    mutating func record(
        _ place: FramePlace, of entry: StreamEntry, _ stream: LogStream, _ number: UInt64, in slot: RunSlot?
    ) -> RunSlot {
        if let slot, slot.segment == active.identity.sequence, active.runs[slot.run].accepts(number) {
            active.runs[slot.run].add(place)
            return slot
        }
        active.runs.append(Run(stream: stream, first: number, place: place))
        entry.holders += 1
        return RunSlot(segment: active.identity.sequence, run: active.runs.count - 1)
    }

    private mutating func remember(_ bytes: [UInt8], _ number: UInt64, of entry: StreamEntry) {
        guard configuration.recentBytes > 0 else { return }
        let size = bytes.count + 64
        entry.recent.append(bytes)
        recentOrder.append((entry, number, size))
        recentBytes += size
        while recentBytes > configuration.recentBytes, let oldest = recentOrder.popFirst() {
            recentBytes -= oldest.bytes
            if !oldest.stream.recent.isEmpty && oldest.stream.recentFirst == oldest.number {
                oldest.stream.recent.removeFirst()
            }
        }
    }

    /// Takes a note unless a later one of the key is known.
    mutating func take(key: [UInt8], _ note: NoteEntry) {
        if let known = notes[key] {
            guard note.order >= known.order else { return }
            segment(known.segment)?.liveNoteBytes -= known.bytes
        }
        segment(note.segment)?.liveNoteBytes += note.bytes
        notes[key] = note
    }

    mutating func takeMark(of stream: LogStream, through: UInt64, in segment: SegmentEntry) {
        segment.markedStreams.insert(stream)
        guard let entry = streams[stream], through >= (entry.marked?.through ?? 0) else { return }
        entry.marked = (through, segment.identity.sequence)
        if through >= entry.dropped { unmarked.remove(stream) }
    }
}
