/// Everything that opening the log has to know of one segment: from its index file, or from its bytes.
struct SegmentContents {
    struct Note {
        var key: [UInt8]
        /// nil for a key to forget.
        var value: [UInt8]?
        /// 0 where a later segment has a later note of the key.
        var order: UInt64
    }

    var identity: SegmentIdentity
    /// Where the last record ends.
    var usedBytes: Int
    var runs: [Run] = []
    /// For each stream the highest drop mark; 0 where a later segment has a higher one.
    var marks: [(stream: LogStream, through: UInt64)] = []
    var notes: [Note] = []
    var damages: [Damage] = []
    var isSealed = false
    var fileBytes = 0
    var indexBytes = 0

    init(identity: SegmentIdentity, usedBytes: Int) {
        self.identity = identity
        self.usedBytes = usedBytes
    }

    /// Reads the records below `limit`.
    init(scanning segment: UnsafeRawBufferPointer, _ identity: SegmentIdentity, below limit: Int = .max) {
        self.init(identity: identity, usedBytes: SegmentHeader.areaBytes)
        fileBytes = segment.count
        var open: [LogStream: [Int]] = [:]
        var noteRows: [[UInt8]: Int] = [:]
        var markRows: [LogStream: UInt64] = [:]
        var damagedRecords: Set<Int> = []
        let scan = SegmentScan(segment, salt: identity.salt, below: limit) { record in
            let header = record.header
            guard record.isIntact else {
                let frame = header.kind == .frame ? Damage.Frame(stream: header.stream, number: header.number) : nil
                damages.append(Damage(offset: record.offset, bytes: header.span, frame: frame))
                damagedRecords.insert(record.offset)
                return
            }
            switch header.kind {
            case .frame:
                add(header, record.place, &open)
            case .note, .forgottenNote:
                let start = record.offset + RecordHeader.byteCount
                let payload = UnsafeRawBufferPointer(rebasing: segment[start..<start + header.payloadBytes])
                guard let parts = NotePayload(payload) else { return }
                let value = header.kind == .note ? parts.value : nil
                let note = Note(key: parts.key, value: value, order: header.number)
                if let row = noteRows[note.key] {
                    if note.order >= notes[row].order { notes[row] = note }
                } else {
                    noteRows[note.key] = notes.count
                    notes.append(note)
                }
            case .dropMark:
                markRows[header.stream] = max(markRows[header.stream] ?? 0, header.number)
            case .closeMark, .sealMark: break
            }
        }
        marks = markRows.map { ($0.key, $0.value) }
        for range in scan.damaged where !damagedRecords.contains(range.lowerBound) {
            damages.append(Damage(offset: range.lowerBound, bytes: range.count, frame: nil))
        }
        usedBytes = scan.end
        isSealed = scan.isSealed
    }

    /// A stream has at most two runs that grow at a time: of appended and of copied frames.
    private mutating func add(_ header: RecordHeader, _ place: FramePlace, _ open: inout [LogStream: [Int]]) {
        if let run = open[header.stream]?.first(where: { runs[$0].accepts(header.number) }) {
            runs[run].add(place)
            return
        }
        open[header.stream, default: []].append(runs.count)
        if open[header.stream, default: []].count > 4 { open[header.stream]?.removeFirst() }
        runs.append(Run(stream: header.stream, first: header.number, place: place))
    }
}
