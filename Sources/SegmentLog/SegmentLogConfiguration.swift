/// Sizes and bounds of one log. The defaults suit a queue node.
public struct SegmentLogConfiguration: Sendable {
    /// Size of a segment file, 4 KiB to 2 GiB. A frame must fit in one segment together with about 1.2 KiB of headers.
    public var segmentBytes = 64 << 20
    /// New segment files are zero-filled in steps of this size, ahead of the writing.
    public var growthBytes = 4 << 20
    /// Bound on the bytes of all files of the log; beyond it appends fail with `.full`. From four segments on, one
    /// segment of it is kept for copying forward, so that a full log can be cleaned.
    public var quotaBytes: Int? = nil
    /// Files grow only while the filesystem keeps this much free; beyond it appends fail with `.full`, and room that the
    /// files have is used up first. Housekeeping may go below it.
    public var keepFreeBytes = 0
    /// Sealed segments whose live share is below this are copied forward as long as the live share of all sealed
    /// segments together is below it too. 0 turns copying forward off.
    public var copyForwardBelowLiveFraction = 0.5
    /// Bytes copied forward in one piece between two commits.
    public var copyPieceBytes = 1 << 20
    /// The most bytes written and synced as one commit (a single larger frame goes alone).
    public var batchBytes = 8 << 20
    /// How many bytes of the latest frames are kept in memory for readers.
    public var recentBytes = 8 << 20
    /// How many places of frames in sealed segments are kept in memory (8 bytes each).
    public var cachedPlaces = 1 << 20
    /// How many freed segment files are kept for reuse.
    public var spareSegments = 2
    /// Drop marks are written along when this many bytes were appended since the last ones.
    public var dropMarkBytes = 1 << 20
    /// A place that the device refuses to read for this long is quarantined like a damaged one; until then reading it
    /// is `.temporary`.
    public var unreadablePatienceMilliseconds = 60_000

    /// Told how many nanoseconds each sync took that succeeded, on the thread that writes, which it must not block.
    public var onSync: (@Sendable (UInt64) -> Void)?

    public init() {}

    /// The largest frame that one segment can hold.
    public var frameBytesMax: Int {
        segmentBytes - SegmentHeader.areaBytes - 2 * RecordHeader.byteCount - housekeepingBytes
    }

    /// Frames leave this much of a segment, and of its allocated part, to drop marks and notes, so that a full log can
    /// still be cleaned.
    var housekeepingBytes: Int { min(64 << 10, segmentBytes / 16) }

    /// Refuses sizes that cannot work.
    func check() throws(SegmentLogError) {
        guard segmentBytes >= 4096, segmentBytes <= 2 << 30, segmentBytes % 8 == 0, growthBytes > 0 else {
            throw SegmentLogError(.invalid, "a segment has 4 KiB to 2 GiB, a multiple of 8, not \(segmentBytes) bytes")
        }
    }
}
