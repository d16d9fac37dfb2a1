import DurableFiles
import FaultyFiles
import Testing

@testable import SegmentLog

@Suite struct FormatTests {
    let salt = SegmentSalt(value: 0x0123_4567_89AB_CDEF)
    let identity = SegmentIdentity(sequence: 3, salt: SegmentSalt(value: 0x0123_4567_89AB_CDEF), path: "/log/3.seg")

    /// One segment's bytes with commits of frames; a commit is a list of payload sizes, all of stream 1.
    private func segment(_ commits: [[Int]]) -> (bytes: [UInt8], offsets: [Int]) {
        var bytes = SegmentHeader(sequence: 3, salt: salt).encoded()
        var offsets: [Int] = []
        var number: UInt64 = 1
        for commit in commits {
            let buffer = BatchBuffer()
            let start = bytes.count
            for size in commit {
                let payload = frame(1, number, bytes: size).bytes
                let place = buffer.append(.frame, stream(1), number, payload: payload, batchStart: start, salt: salt)
                offsets.append(place.offset)
                number += 1
            }
            bytes += Array(buffer.bytes)
        }
        return (bytes + [UInt8](repeating: 0, count: 512), offsets)
    }

    private func scan(_ bytes: [UInt8]) -> SegmentScan {
        bytes.withUnsafeBytes { SegmentScan($0, salt: salt) { _ in } }
    }

    @Test func damageInTheLastCommitIsATornTailAndDamageBeforeItIsNot() {
        let (good, offsets) = segment([[100, 100], [100], [100, 100, 100]])
        #expect(scan(good).damaged.isEmpty)
        // Which record is hit, in its header or its payload; where a torn tail begins.
        let table: [(record: Int, byte: Int, tail: Int?)] = [
            (0, 0, nil), (0, 60, nil), (1, 5, nil), (1, 147, nil), (2, 30, nil), (2, 48, nil),
            (3, 0, offsets[3]), (3, 50, offsets[3]), (4, 20, offsets[4]), (4, 100, offsets[4]),
            (5, 48, offsets[5]),
        ]
        for row in table {
            var bytes = good
            bytes[offsets[row.record] + row.byte] ^= 0x10
            let found = scan(bytes)
            #expect(found.damaged.map(\.lowerBound) == [offsets[row.record]], "\(row)")
            #expect(found.tornTail == row.tail, "\(row)")
        }
        var bytes = good
        bytes[offsets[5] + 3] ^= 1
        #expect(scan(bytes).end == offsets[5])
    }

    @Test func bytesOfAnotherUseOfTheFileAreNotRecords() {
        let (bytes, _) = segment([[100], [20]])
        let other = SegmentSalt(value: salt.value ^ 1 << 40 ^ 1)
        let found = bytes.withUnsafeBytes { SegmentScan($0, salt: other) { _ in } }
        #expect(!found.hasRecords)
    }

    @Test func oneDamagedHeaderCopyCostsNothingAndTwoAreDamage() {
        var area = SegmentHeader(sequence: 3, salt: salt).encoded()
        area[17] ^= 1
        if case .good(let header, let damaged) = SegmentHeader.read(area, sequence: 3) {
            #expect(header.salt == salt)
            #expect(damaged == [0])
        } else {
            Issue.record("the second copy is good")
        }
        area[530] ^= 1
        if case .damaged = SegmentHeader.read(area, sequence: 3) {} else { Issue.record("both copies are damaged") }
        if case .damaged = SegmentHeader.read([], sequence: 3) {} else { Issue.record("there is no header") }
    }

    @Test func anUnknownVersionIsNotCalledCorrupt() throws {
        let files = FaultyFiles(seed: 1)
        try StillLog(files).log.close()
        let path = try #require(files.paths.first { $0.hasSuffix(".seg") })
        let file = try files.open(path, .readWrite)
        var copy = try file.read(at: 0, count: 60)
        copy[8] = 2
        let checksum = Checksum.crc32(copy)
        copy += (0..<4).map { UInt8(truncatingIfNeeded: checksum >> ($0 * 8)) }
        for offset in SegmentHeader.copyOffsets { try file.write(copy, at: offset) }
        let error = #expect(throws: SegmentLogError.self) { try StillLog(files) }
        #expect(error?.code == .unsupportedVersion)
        #expect(error?.path == path)
        // The failed opening has let the lock go.
        let again = #expect(throws: SegmentLogError.self) { try StillLog(files) }
        #expect(again?.code == .unsupportedVersion)
    }

    @Test func anIndexFileIsReadBackAndRefusedWhenItIsNotWhole() throws {
        let files = FaultyFiles(seed: 1)
        var contents = SegmentContents(identity: identity, usedBytes: 5000)
        var run = Run(stream: stream(1), first: 7, place: FramePlace(offset: 1024, payloadBytes: 3))
        run.add(FramePlace(offset: 2048, payloadBytes: 9))
        contents.runs = [run]
        contents.marks = [(stream(2), 5)]
        contents.notes = [.init(key: [1], value: [2, 3], order: 4), .init(key: [9], value: nil, order: 5)]
        contents.damages = [Damage(offset: 3000, bytes: 40, frame: .init(stream: stream(1), number: 9))]
        let (bytes, filed) = IndexFile.encode(contents)
        let path = IndexFile.path(of: identity.path)
        try files.replace(path, with: bytes)
        let read = try #require(IndexFile.read(of: identity, files))
        #expect(read.usedBytes == 5000)
        #expect(read.runs.map(\.last) == [8])
        #expect(read.runs[0].filed?.offset == filed[0].offset)
        #expect(read.marks.map(\.through) == [5])
        #expect(read.notes.map(\.value) == [[2, 3], nil])
        #expect(read.damages == contents.damages)
        let request = PlacesRequest(
            segment: identity, run: 0, stream: stream(1), first: 7, count: 2, offset: filed[0].offset,
            checksum: filed[0].checksum)
        #expect(try IndexFile.places(of: request, files)?.map(\.offset) == [1024, 2048])
        for offset in 0..<filed[0].offset {
            files.flip(path, at: offset, mask: 4)
            #expect(IndexFile.read(of: identity, files) == nil)
            files.flip(path, at: offset, mask: 4)
        }
        files.flip(path, at: filed[0].offset + 1, mask: 4)
        #expect(try IndexFile.places(of: request, files) == nil)
    }
}
