internal import Glibc

/// A walk over the bytes of one segment: every record in order, every stretch that is none, and what had been synced.
///
/// Where no valid record starts, the next multiple of 8 with a valid header ends the gap; the checksums' salt makes
/// sure that neither payload bytes nor an earlier use of the file look like one.
struct SegmentScan {
    struct Record {
        let header: RecordHeader
        let offset: Int
        /// Whether the payload is what was written.
        let isIntact: Bool
        var place: FramePlace { FramePlace(offset: offset, payloadBytes: header.payloadBytes) }
    }

    /// Stretches without a valid header in front of one, and records with a damaged payload; ascending.
    private(set) var damaged: [Range<Int>] = []
    /// Everything below this offset had been synced: a later commit says so.
    private(set) var syncedThrough = SegmentHeader.areaBytes
    /// Where the last record with a valid header ends.
    private(set) var end = SegmentHeader.areaBytes
    private(set) var hasRecords = false
    /// Whether the last record is an intact seal.
    private(set) var isSealed = false

    init(_ segment: UnsafeRawBufferPointer, salt: SegmentSalt, below limit: Int = .max, visit: (Record) -> Void) {
        var position = SegmentHeader.areaBytes
        while position < limit {
            guard let header = SegmentScan.header(segment, at: position, salt: salt) else {
                guard let next = SegmentScan.nextHeader(segment, after: position, salt: salt), next < limit else {
                    return
                }
                damaged.append(position..<next)
                position = next
                continue
            }
            let isIntact = header.payloadIsIntact(in: segment, at: position, salt: salt)
            let recordEnd = min(position + header.span, max(segment.count, position + RecordHeader.byteCount))
            if !isIntact { damaged.append(position..<recordEnd) }
            visit(Record(header: header, offset: position, isIntact: isIntact))
            hasRecords = true
            isSealed = isIntact && header.kind == .sealMark
            syncedThrough = max(syncedThrough, header.batchStart)
            position = recordEnd
            end = recordEnd
        }
    }

    /// Where a torn tail begins in a segment that no later one follows: the first damage that no later commit vouches
    /// for. What lies behind belongs to the same commit, which nobody was told about.
    var tornTail: Int? { damaged.first { $0.lowerBound >= syncedThrough }?.lowerBound }

    private static func header(_ segment: UnsafeRawBufferPointer, at offset: Int, salt: SegmentSalt) -> RecordHeader? {
        guard let header = RecordHeader(segment, at: offset, salt: salt),
            header.batchStart <= offset, header.batchStart >= SegmentHeader.areaBytes
        else { return nil }
        return header
    }

    private static func nextHeader(_ segment: UnsafeRawBufferPointer, after offset: Int, salt: SegmentSalt) -> Int? {
        guard let base = segment.baseAddress else { return nil }
        let firstByte = CInt(RecordHeader.magic & 0xFF)
        var position = offset + 8
        while position < segment.count {
            guard let hit = memchr(base + position, firstByte, segment.count - position) else { return nil }
            let found = UnsafeRawPointer(hit) - base
            if found % 8 == 0, header(segment, at: found, salt: salt) != nil { return found }
            position = found + 1
        }
        return nil
    }
}
