internal import DurableFiles

/// What a record in a segment is.
enum RecordKind: UInt8 {
    /// A numbered frame of a stream.
    case frame = 1
    /// A note: key and value; `number` orders the notes of a log.
    case note = 2
    /// A note's key that is to be forgotten.
    case forgottenNote = 3
    /// The stream's frames up to `number` are dropped.
    case dropMark = 4
    /// The log was closed here: everything before is synced.
    case closeMark = 5
    /// The segment ends here: everything before is synced.
    case sealMark = 6
}

/// The random number of one use of a segment file. It seeds all checksums, so bytes of an earlier use never look valid.
struct SegmentSalt: Sendable, Hashable {
    let value: UInt64
    var headerSeed: UInt32 { UInt32(truncatingIfNeeded: value) }
    var payloadSeed: UInt32 { UInt32(truncatingIfNeeded: value >> 32) }
}

/// The 48 bytes in front of every record's payload. Records start at multiples of 8.
///
///      0 magic u32 · 4 header CRC32 (of bytes 8..<48) u32 · 8 payload length u32 · 12 payload CRC32 u32
///     16 kind u8 · 17 zero u8 · 18 partition u16 · 20 batchStart u32 · 24 number u64 · 32 high u64 · 40 low u64
struct RecordHeader {
    static let byteCount = 48
    static let magic: UInt32 = 0x6D72_66F5

    var kind: RecordKind
    var stream: LogStream
    var number: UInt64
    /// Where the first record of the same commit lies: everything before it had been synced when this was written.
    var batchStart: Int
    var payloadBytes: Int
    var payloadChecksum: UInt32

    /// The bytes that a record with this payload takes, padding included.
    static func span(payloadBytes: Int) -> Int { (byteCount + payloadBytes + 7) & ~7 }

    var span: Int { RecordHeader.span(payloadBytes: payloadBytes) }

    func write(to buffer: UnsafeMutableRawBufferPointer, salt: SegmentSalt) {
        buffer.put(RecordHeader.magic, at: 0)
        buffer.put(UInt32(payloadBytes), at: 8)
        buffer.put(payloadChecksum, at: 12)
        buffer.put(kind.rawValue, at: 16)
        buffer.put(UInt8(0), at: 17)
        buffer.put(stream.partition, at: 18)
        buffer.put(UInt32(batchStart), at: 20)
        buffer.put(number, at: 24)
        buffer.put(stream.high, at: 32)
        buffer.put(stream.low, at: 40)
        let covered = UnsafeRawBufferPointer(rebasing: buffer[8..<RecordHeader.byteCount])
        buffer.put(Checksum.crc32(covered, seed: salt.headerSeed), at: 4)
    }

    /// The header at `offset`, or nil if there is none that this use of the file wrote.
    init?(_ segment: UnsafeRawBufferPointer, at offset: Int, salt: SegmentSalt) {
        guard offset >= 0, offset + RecordHeader.byteCount <= segment.count else { return nil }
        let bytes = UnsafeRawBufferPointer(rebasing: segment[offset..<offset + RecordHeader.byteCount])
        guard bytes.get(UInt32.self, at: 0) == RecordHeader.magic else { return nil }
        let covered = UnsafeRawBufferPointer(rebasing: bytes[8...])
        guard bytes.get(UInt32.self, at: 4) == Checksum.crc32(covered, seed: salt.headerSeed),
            let kind = RecordKind(rawValue: bytes.get(UInt8.self, at: 16))
        else { return nil }
        guard bytes.get(UInt64.self, at: 24) < .max else { return nil }
        self.kind = kind
        stream = LogStream(
            partition: bytes.get(UInt16.self, at: 18), high: bytes.get(UInt64.self, at: 32),
            low: bytes.get(UInt64.self, at: 40))
        number = bytes.get(UInt64.self, at: 24)
        batchStart = Int(bytes.get(UInt32.self, at: 20))
        payloadBytes = Int(bytes.get(UInt32.self, at: 8))
        payloadChecksum = bytes.get(UInt32.self, at: 12)
    }

    init(
        kind: RecordKind, stream: LogStream, number: UInt64, batchStart: Int, payloadBytes: Int, payloadChecksum: UInt32
    ) {
        self.kind = kind
        self.stream = stream
        self.number = number
        self.batchStart = batchStart
        self.payloadBytes = payloadBytes
        self.payloadChecksum = payloadChecksum
    }

    /// Whether the payload behind the header at `offset` is there and is what was written.
    func payloadIsIntact(in segment: UnsafeRawBufferPointer, at offset: Int, salt: SegmentSalt) -> Bool {
        let start = offset + RecordHeader.byteCount
        guard payloadBytes <= segment.count - start else { return false }
        let payload = UnsafeRawBufferPointer(rebasing: segment[start..<start + payloadBytes])
        return Checksum.crc32(payload, seed: salt.payloadSeed) == payloadChecksum
    }
}
