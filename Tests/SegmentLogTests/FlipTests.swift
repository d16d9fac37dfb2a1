import DurableFiles
import FaultyFiles
import Testing

@testable import SegmentLog

@Suite struct FlipTests {
    /// One flipped byte anywhere in the files of a closed log costs at most the frame that it hits.
    @Test func aFlippedByteCostsOneFrameAtMostAndIsReportedWhereItIs() throws {
        let seed = UInt64.random(in: 0..<1 << 40)
        var random = SeededRandom(seed: seed)
        var reported = 0
        for run in 0..<150 {
            let files = FaultyFiles(seed: seed)
            let written = try fill(files, &random)
            let path = try #require(files.paths.filter { !$0.hasSuffix(".spare") }.randomElement(using: &random))
            let size = try files.open(path, .readOnly).size()
            guard size > 0 else { continue }
            let offset = Int.random(in: 0..<size, using: &random)
            files.flip(path, at: offset, mask: 1 << UInt8.random(in: 0..<8, using: &random))
            let still = try StillLog(files)
            let label: Comment = "seed \(seed) run \(run): \(path) at \(offset)"
            let isInReport = still.log.recovery.quarantined.contains { range in
                range.path == path && range.offset <= offset && offset < range.offset + range.bytes
            }
            #expect(still.log.recovery.quarantined.isEmpty || isInReport, label)
            var lost = 0
            for (number, frames) in written {
                let found = try still.everything(of: number)
                #expect(found.map(\.number) == (1..<UInt64(found.count + 1)).map { $0 }, label)
                for result in found {
                    switch result {
                    case .frame(let frame): #expect(frame == frames[Int(frame.number) - 1], label)
                    case .quarantined(_, let text):
                        lost += 1
                        #expect(names(text, path, offset), "\(label): \(text)")
                    }
                }
                // The last frame of a stream with a damaged header leaves no gap: only the report knows.
                lost += frames.count - found.count
                #expect(found.count == frames.count || isInReport, label)
            }
            #expect(lost <= 1, label)
            reported += isInReport || lost > 0 ? 1 : 0
            #expect(still.append([LogFrame(stream: stream(99), number: 1, bytes: [1])]).isSuccess, label)
        }
        #expect(reported > 30, "flips inside records must show")
    }

    @Test func damageFoundWhileReadingLeavesTheRestReadable() throws {
        let still = try StillLog()
        for number in 1...100 as ClosedRange<UInt64> { still.append([frame(1, number)]) }
        let path = still.segmentPaths[0]
        still.files.flip(path, at: SegmentHeader.areaBytes + 3 * 152 + 60, mask: 1)
        let all = try still.everything(of: 1)
        #expect(all.count == 100)
        #expect(all[3].damage == Damage.text(path: path, offset: SegmentHeader.areaBytes + 3 * 152))
        #expect(all.compactMap(\.frame).count == 99)
    }

    @Test func aSegmentWithDamageIsKeptUntilItsFramesAreDropped() throws {
        let still = try StillLog(FaultyFiles(seed: 1), smallSegments { $0.spareSegments = 0 })
        for number in 1...50 as ClosedRange<UInt64> { still.append([frame(1, number), frame(2, number)]) }
        let path = still.segmentPaths[0]
        still.files.flip(path, at: SegmentHeader.areaBytes + 60, mask: 1)
        still.drop(2, through: 50)
        for number in 51...200 as ClosedRange<UInt64> {
            still.append([frame(2, number)])
            still.drop(2, through: number)
        }
        #expect(still.files.exists(path))
        #expect(try still.everything(of: 1).compactMap(\.damage).count == 1)
        still.drop(1, through: 50)
        for number in 201...300 as ClosedRange<UInt64> { still.append([frame(2, number)]) }
        #expect(!still.files.exists(path))
    }

    private func names(_ text: String, _ path: String, _ offset: Int) -> Bool {
        guard text.hasPrefix("damaged in \(path) at offset "), let start = Int(text.split(separator: " ").last ?? "")
        else {
            return false
        }
        return start <= offset && offset < start + 400
    }

    private func fill(_ files: FaultyFiles, _ random: inout SeededRandom) throws -> [UInt64: [LogFrame]] {
        let still = try StillLog(files)
        var written: [UInt64: [LogFrame]] = [:]
        for _ in 0..<Int.random(in: 1...60, using: &random) {
            let batch = (1...3 as ClosedRange<UInt64>).map { key in
                let number = UInt64(written[key]?.count ?? 0) + 1
                let next = frame(key, number, bytes: Int.random(in: 0...300, using: &random))
                written[key, default: []].append(next)
                return next
            }
            still.append(batch)
        }
        still.log.close()
        files.killProcess()
        return written
    }
}
