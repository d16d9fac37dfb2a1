import DurableFiles
import FaultyFiles
import Foundation
import SegmentLog
import Synchronization
import Testing

@Suite struct LogTests {
    @Test func framesAreReadBackInOrderFromMemoryAndFromDisk() throws {
        for recentBytes in [0, 1 << 20] {
            let still = try StillLog(FaultyFiles(seed: 1), smallSegments { $0.recentBytes = recentBytes })
            for number in 1...200 as ClosedRange<UInt64> {
                #expect(still.append([frame(1, number), frame(2, number, bytes: 3)]).isSuccess)
            }
            #expect(try still.everything(of: 1).compactMap(\.frame) == (1...200).map { frame(1, $0) })
            #expect(try still.everything(of: 2).compactMap(\.frame) == (1...200).map { frame(2, $0, bytes: 3) })
            #expect(still.log.streams()[stream(1)]?.last == 200)
            #expect(still.segmentPaths.count > 3)
        }
    }

    @Test func aReadReturnsAtLeastOneFrameAndNotMuchMoreThanAskedFor() throws {
        let still = try StillLog()
        for number in 1...20 as ClosedRange<UInt64> { still.append([frame(1, number, bytes: 500)]) }
        #expect(try still.log.read(stream(1), from: 3, maxBytes: 1).map(\.number) == [3])
        #expect(try still.log.read(stream(1), from: 3, maxBytes: 1200).map(\.number) == [3, 4])
        #expect(try still.log.read(stream(1), from: 21, maxBytes: 1200).isEmpty)
        #expect(try still.log.read(stream(9), from: 1, maxBytes: 1200).isEmpty)
    }

    @Test func onlyTheNextNumberOfAStreamIsTaken() throws {
        let still = try StillLog()
        #expect(still.append([frame(1, 5)]).isSuccess)
        #expect(still.append([frame(1, 7)]).code == .invalid)
        #expect(still.append([frame(1, 5)]).code == .invalid)
        #expect(still.append([frame(1, 6), frame(1, 8)]).code == .invalid)
        #expect(still.append([frame(1, 6), frame(1, 7), frame(2, 1)]).isSuccess)
        #expect(still.append([frame(3, 0)]).code == .invalid)
        #expect(still.append([frame(1, 8, bytes: 9000)]).code == .invalid)
        #expect(still.append([]).isSuccess)
    }

    @Test func theLargestFrameFits() throws {
        let configuration = smallSegments()
        let still = try StillLog(FaultyFiles(seed: 1), configuration)
        for number in 1...5 as ClosedRange<UInt64> {
            #expect(still.append([frame(1, number, bytes: configuration.frameBytesMax)]).isSuccess)
        }
        #expect(still.append([frame(1, 6, bytes: configuration.frameBytesMax + 1)]).code == .invalid)
        #expect(
            try still.everything(of: 1).compactMap(\.frame?.bytes.count)
                == [Int](repeating: configuration.frameBytesMax, count: 5))
    }

    @Test func notesKeepTheLatestValueOfEachKeyAcrossOpenings() throws {
        let files = FaultyFiles(seed: 1)
        var still = try StillLog(files)
        for value in 1...200 as ClosedRange<UInt8> {
            still.log.note(key: [value % 4], value: [value])
            still.append([frame(1, UInt64(value))])
            still.drop(1, through: UInt64(value))
        }
        still.log.forget(key: [2])
        still.log.pump()
        still.log.close()
        still = try StillLog(files)
        #expect(still.log.notes().map(\.key) == [[1], [3], [0]])
        #expect(still.log.notes().map(\.value) == [[197], [199], [200]])
    }

    @Test func aForgottenNoteStaysForgottenWhenItsSegmentIsReleased() throws {
        let files = FaultyFiles(seed: 1)
        var still = try StillLog(files)
        still.log.note(key: [1], value: [1])
        still.append([frame(9, 1)])
        still.log.forget(key: [1])
        for number in 1...300 as ClosedRange<UInt64> {
            still.append([frame(1, number)])
            still.drop(1, through: number)
        }
        files.killProcess()
        still = try StillLog(files)
        #expect(still.log.notes().isEmpty)
        #expect(try still.everything(of: 9).count == 1)
    }

    @Test func aSecondOpenerIsRefusedUntilTheFirstCloses() throws {
        try withDirectory { directory in
            let first = try SegmentLog(directory: directory)
            let error = #expect(throws: SegmentLogError.self) { try SegmentLog(directory: directory) }
            #expect(error?.code == .locked)
            first.close()
            try SegmentLog(directory: directory).close()
        }
    }

    @Test func afterCloseEverythingFailsWithClosed() async throws {
        let still = try StillLog()
        still.append([frame(1, 1)])
        still.log.close()
        still.log.close()
        let error = #expect(throws: SegmentLogError.self) { try still.log.read(stream(1), from: 1, maxBytes: 1) }
        #expect(error?.code == .closed)
        let result = await withCheckedContinuation { continuation in
            still.log.append([frame(1, 2)]) { continuation.resume(returning: $0) }
        }
        #expect(Optional(result).code == .closed)
    }

    @Test func manyAppendersShareCommitsOnRealFiles() async throws {
        let directory = NSTemporaryDirectory() + "statuscast-log-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let log = try SegmentLog(directory: directory, configuration: smallSegments { $0.segmentBytes = 1 << 20 })
        await withTaskGroup(of: Void.self) { group in
            for producer in 1...50 as ClosedRange<UInt64> {
                group.addTask {
                    for number in 1...40 as ClosedRange<UInt64> {
                        let result = await withCheckedContinuation { continuation in
                            log.append([frame(producer, number)]) { continuation.resume(returning: $0) }
                        }
                        #expect(Optional(result).isSuccess)
                    }
                }
            }
        }
        #expect(log.stats().syncs < 1500)
        log.close()
        let again = try SegmentLog(directory: directory)
        #expect(again.recovery.frames == 2000)
        for producer in 1...50 as ClosedRange<UInt64> {
            #expect(
                try everything(of: stream(producer), in: again).compactMap(\.frame)
                    == (1...40).map { frame(producer, $0) })
        }
        again.close()
    }
}
