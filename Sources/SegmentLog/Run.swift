/// Where a frame lies in its segment.
struct FramePlace: Sendable, Hashable {
    private let packedOffset: UInt32
    private let packedBytes: UInt32

    init(offset: Int, payloadBytes: Int) {
        packedOffset = UInt32(truncatingIfNeeded: offset)
        packedBytes = UInt32(truncatingIfNeeded: payloadBytes)
    }

    var offset: Int { Int(packedOffset) }
    var payloadBytes: Int { Int(packedBytes) }
    var span: Int { RecordHeader.span(payloadBytes: payloadBytes) }
}

/// Consecutive numbers of one stream in one segment: what the log remembers of a sealed segment.
///
/// The places are in memory while the segment is being written and until its index file is; then only in that file.
struct Run {
    /// A run is cut here, so that loading the places of one never takes much memory.
    static let framesMax = 65_536

    let stream: LogStream
    let first: UInt64
    private(set) var count: Int
    /// Bytes of the records, headers and padding included.
    private(set) var bytes: Int
    private(set) var places: [FramePlace]
    /// Where the index file has the places, and their CRC32.
    private(set) var filed: (offset: Int, checksum: UInt32)?

    init(stream: LogStream, first: UInt64, place: FramePlace) {
        self.stream = stream
        self.first = first
        count = 1
        bytes = place.span
        places = [place]
    }

    init(stream: LogStream, first: UInt64, count: Int, bytes: Int, filedAt offset: Int, checksum: UInt32) {
        self.stream = stream
        self.first = first
        self.count = count
        self.bytes = bytes
        places = []
        filed = (offset, checksum)
    }

    var last: UInt64 { first + UInt64(count) - 1 }

    func accepts(_ number: UInt64) -> Bool { number == last + 1 && count < Run.framesMax && filed == nil }

    mutating func add(_ place: FramePlace) {
        places.append(place)
        count += 1
        bytes += place.span
    }

    /// The index file has the places now.
    mutating func file(at offset: Int, checksum: UInt32) {
        filed = (offset, checksum)
        places = []
    }
}

/// The live part of a run, or numbers known to be lost.
struct RunReference {
    enum Source: Equatable {
        case run(Int)
        /// Damaged; the index of the text that says where.
        case lost(Int)
    }

    var first: UInt64
    var last: UInt64
    var segment: UInt64
    var source: Source
    /// Bytes of the records, estimated by the run's average once a part was dropped.
    var bytes: Int

    var count: Int { Int(last - first + 1) }

    /// Takes the numbers below `number` away and returns how many frames and bytes those were.
    mutating func advance(to number: UInt64) -> (frames: Int, bytes: Int) {
        let frames = min(Int(number - first), count)
        let share = frames == count ? bytes : Int(Double(bytes) * Double(frames) / Double(count))
        first = number
        bytes -= share
        return (frames, share)
    }

    /// Takes the numbers above `number` away.
    mutating func end(at number: UInt64) {
        let kept = Int(number - first + 1)
        bytes = Int(Double(bytes) * Double(kept) / Double(count))
        last = number
    }
}
