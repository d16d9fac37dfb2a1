internal import DequeModule

/// What identifies one use of a segment file: enough to read from it, with no lock held.
struct SegmentIdentity: Sendable, Hashable {
    var sequence: UInt64
    var salt: SegmentSalt
    var path: String
}

/// A stretch of a segment that is not what was written; of a frame whose header is good, also which one.
struct Damage: Sendable, Hashable {
    struct Frame: Sendable, Hashable {
        var stream: LogStream
        var number: UInt64
    }

    var offset: Int
    var bytes: Int
    var frame: Frame?
}

/// What the log keeps in memory of one segment. Guarded by the index' mutex.
final class SegmentEntry {
    let identity: SegmentIdentity
    var fileBytes: Int
    /// Size of its index file; 0 while it has none.
    var indexBytes = 0
    /// Where the last record ends.
    var usedBytes = SegmentHeader.areaBytes
    var runs: [Run] = []
    /// Every key that a note record of this segment names.
    var noteKeys: Set<[UInt8]> = []
    /// Every stream that a drop mark of this segment names.
    var markedStreams: Set<LogStream> = []
    var damages: [Damage] = []
    var isSealed = false
    /// It is on its way to the spare files.
    var isReleasing = false

    var liveFrames = 0
    var liveFrameBytes = 0
    var liveNoteBytes = 0

    init(identity: SegmentIdentity, fileBytes: Int) {
        self.identity = identity
        self.fileBytes = fileBytes
    }

    var liveBytes: Int { liveFrameBytes + liveNoteBytes }
    var liveFraction: Double { Double(liveBytes) / Double(max(usedBytes - SegmentHeader.areaBytes, 1)) }
    /// Damage keeps a segment from being copied, so that an operator can still look at it while numbers in it count.
    var isCopyable: Bool { isSealed && !isReleasing && damages.isEmpty }
}

/// What the log keeps in memory of one stream. Guarded by the index' mutex.
final class StreamEntry {
    /// Live numbers, ascending, without a gap between neighbours.
    var references: RunReferences = []
    /// The next number to be appended.
    var next: UInt64
    /// Everything up to here is dropped.
    var dropped: UInt64 = 0
    /// The highest drop mark on disk, and where it is.
    var marked: (through: UInt64, segment: UInt64)?
    /// How many runs of this stream exist in segment files, dropped or not.
    var holders = 0
    /// How many of those are in segments that are on their way to the spare files.
    var releasingHolders = 0
    /// The runs that the next appended and the next copied frame may belong to.
    var appendRun: RunSlot?
    var copyRun: RunSlot?
    /// The latest frames' bytes; the last one is `next - 1`.
    var recent: RecentBytes = []

    init(next: UInt64) { self.next = next }

    var recentFirst: UInt64 { next - UInt64(recent.count) }
}

struct RunSlot: Equatable {
    var segment: UInt64
    var run: Int
}

struct NoteEntry {
    var order: UInt64
    /// nil for a key that was forgotten, which must be remembered as long as older notes of it exist in files.
    var value: [UInt8]?
    var segment: UInt64
    var bytes: Int
}
