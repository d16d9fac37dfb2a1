internal import DurableFiles

/// The bytes of one commit, put together in one buffer that is used again for the next.
final class BatchBuffer {
    private var storage: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init() { storage = .allocate(byteCount: 64 << 10, alignment: 8) }

    deinit { storage.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[..<count]) }

    /// Empties it; a buffer that one huge commit has blown up shrinks again.
    func reset(keepingBytes limit: Int) {
        count = 0
        if storage.count > limit {
            storage.deallocate()
            storage = .allocate(byteCount: 64 << 10, alignment: 8)
        }
    }

    /// Adds a record of a segment whose current commit starts at `batchStart`; returns its place in that segment.
    func append(
        _ kind: RecordKind, _ stream: LogStream, _ number: UInt64, payload: [UInt8], batchStart: Int, salt: SegmentSalt
    ) -> FramePlace {
        let span = RecordHeader.span(payloadBytes: payload.count)
        reserve(count + span)
        let header = RecordHeader(
            kind: kind, stream: stream, number: number, batchStart: batchStart, payloadBytes: payload.count,
            payloadChecksum: Checksum.crc32(payload, seed: salt.payloadSeed))
        let record = UnsafeMutableRawBufferPointer(rebasing: storage[count..<count + span])
        header.write(to: record, salt: salt)
        payload.withUnsafeBytes { bytes in
            UnsafeMutableRawBufferPointer(rebasing: record[RecordHeader.byteCount...]).copyMemory(from: bytes)
        }
        for index in RecordHeader.byteCount + payload.count..<span { record[index] = 0 }
        let place = FramePlace(offset: batchStart + count, payloadBytes: payload.count)
        count += span
        return place
    }

    private func reserve(_ need: Int) {
        guard need > storage.count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: max(need, storage.count * 2), alignment: 8)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<count]))
        storage.deallocate()
        storage = larger
    }
}
