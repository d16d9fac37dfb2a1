internal import DurableFiles
internal import Synchronization

/// The one writer of a log: takes everything that waits, writes it with one write and one sync, then answers.
///
/// Used by one thread at a time. The active segment of the index and of the writer are always the same.
struct LogWriter {
    let core: LogCore
    var segment: WritableSegment
    /// Where the next record goes.
    var tail: Int
    /// Above `tail`: a failed write may have left bytes up to here, which must be gone before the next commit.
    var dirtyThrough: Int
    var nextNoteOrder: UInt64
    let buffer = BatchBuffer()
    /// The records in the buffer, and who waits for them.
    var placed: [Placed] = []
    var completions: [Entry] = []
    /// The next numbers of streams that have frames in the buffer.
    var expected: [LogStream: UInt64] = [:]
    /// Streams whose next frame is the first in the files, although its number is not 1.
    var beginning: Set<LogStream> = []
    /// Housekeeping may use room that frames must leave to it.
    var isHousekeeping = false
    /// What the background was asked for already, for this segment.
    var growthRequested = 0
    var nextRequested = false

    init(core: LogCore, segment: WritableSegment, tail: Int, nextNoteOrder: UInt64) {
        self.core = core
        self.segment = segment
        self.tail = tail
        self.nextNoteOrder = nextNoteOrder
        dirtyThrough = tail
    }

    /// Commits what waits and does the housekeeping that is due, alternating, until there is neither.
    mutating func pump() {
        while true {
            let entries = core.inbox.take()
            if !entries.isEmpty { commit(entries) }
            let hasMore = maintain()
            if entries.isEmpty && !hasMore { return }
        }
    }

    /// The last act: what waits, the pending drop marks, and a mark that everything before it was synced.
    mutating func finish() {
        pump()
        guard core.failure == nil else { return }
        isHousekeeping = true
        do throws(SegmentLogError) {
            try writeDropMarks()
            try add(.closeMark, LogStream(partition: 0, high: 0, low: 0), 0, payload: [])
            try flush()
        } catch {
            abandonBatch(error)
        }
    }

    private mutating func commit(_ entries: [Entry]) {
        var done = 0
        do throws(SegmentLogError) {
            if let failure = core.failure { throw failure }
            for entry in entries {
                if let objection = objection(to: entry) {
                    entry.complete(.failure(objection))
                } else {
                    try add(entry)
                    completions.append(entry)
                }
                done += 1
            }
            try flush()
        } catch {
            // What waits was numbered in the belief that all before it would be stored.
            abandonBatch(error)
            for entry in entries[done...] { entry.complete(.failure(error)) }
            for entry in core.inbox.take() { entry.complete(.failure(error)) }
            core.index.withLock { $0.reconsider() }
        }
    }

    /// Why an entry cannot be written at all, if so.
    private mutating func objection(to entry: Entry) -> SegmentLogError? {
        let limit = core.configuration.frameBytesMax
        switch entry {
        case .note(let key, let value, _):
            let bytes = key.count + (value?.count ?? 0) + 8
            return bytes <= limit
                ? nil : SegmentLogError(.invalid, "a note of \(bytes) bytes does not fit in a segment")
        case .frames(let frames, _):
            var next: [LogStream: UInt64] = [:]
            for frame in frames {
                guard frame.bytes.count <= limit else {
                    return SegmentLogError(.invalid, "a frame of \(frame.bytes.count) bytes does not fit in a segment")
                }
                let wanted = next[frame.stream] ?? expected[frame.stream] ?? expectedByIndex(frame)
                guard frame.number == wanted, frame.number > 0, frame.number < .max else {
                    return SegmentLogError(
                        .invalid, "stream \(frame.stream) expects frame \(wanted), not \(frame.number)")
                }
                if frames.count > 1 { next[frame.stream] = frame.number + 1 }
            }
            return nil
        }
    }

    /// The number that the stream of a frame without others in the buffer expects.
    private mutating func expectedByIndex(_ frame: LogFrame) -> UInt64 {
        let (next, isAnew) = core.index.withLock { $0.standing(of: frame.stream) }
        if isAnew && frame.number > 1 { beginning.insert(frame.stream) }
        return next ?? frame.number
    }

    private mutating func add(_ entry: Entry) throws(SegmentLogError) {
        switch entry {
        case .frames(let frames, _):
            for frame in frames {
                if !beginning.isEmpty && beginning.remove(frame.stream) != nil {
                    try addDropMark(frame.stream, frame.number - 1)
                }
                let place = try add(.frame, frame.stream, frame.number, payload: frame.bytes)
                placed.append(.frame(frame.stream, frame.number, place, bytes: frame.bytes))
                expected[frame.stream] = frame.number + 1
            }
        case .note(let key, let value, _):
            try addNote(key: key, value: value, order: nextNoteOrder)
            nextNoteOrder += 1
        }
    }

    mutating func addNote(key: [UInt8], value: [UInt8]?, order: UInt64) throws(SegmentLogError) {
        let none = LogStream(partition: 0, high: 0, low: 0)
        let payload = NotePayload(key: key, value: value ?? []).encoded()
        let place = try add(value == nil ? .forgottenNote : .note, none, order, payload: payload)
        placed.append(.note(key: key, value: value, order: order, bytes: place.span))
    }

    /// Puts a record into the buffer; commits what is in it first if the record does not fit behind.
    @discardableResult
    mutating func add(
        _ kind: RecordKind, _ stream: LogStream, _ number: UInt64, payload: [UInt8]
    ) throws(SegmentLogError) -> FramePlace {
        let span = RecordHeader.span(payloadBytes: payload.count)
        let room = segment.capacity - (isHousekeeping ? 0 : core.configuration.housekeepingBytes)
        if tail + buffer.count + span + RecordHeader.byteCount > room {
            try flush()
            try roll()
        } else if buffer.count > 0 && buffer.count + span > core.configuration.batchBytes {
            try flush()
        }
        return buffer.append(
            kind, stream, number, payload: payload, batchStart: tail, salt: segment.identity.salt)
    }
}
