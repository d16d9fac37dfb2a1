import DurableFiles
import FaultyFiles
import SegmentLog
import Testing

/// Disks that are full, and files that go.
@Suite struct RoomTests {
    @Test(arguments: [true, false]) func aFullDiskIsAnErrorUntilThereIsRoom(isQuota: Bool) throws {
        let files = FaultyFiles(seed: 1)
        let still = try StillLog(files, smallSegments { $0.quotaBytes = isQuota ? 60_000 : nil })
        if !isQuota { files.limit(toBytes: 60_000) }
        var last: UInt64 = 0
        while still.append([frame(1, last + 1)]).isSuccess { last += 1 }
        #expect(last > 100)
        #expect(still.append([frame(1, last + 1)]).code == .full)
        #expect(still.append([frame(1, last + 1), frame(1, last + 2)]).code == .full)
        #expect(still.log.streams()[stream(1)]?.last == last)
        still.drop(1, through: last)
        for _ in 0..<1000 {
            #expect(still.append([frame(1, last + 1)]).isSuccess)
            last += 1
            still.drop(1, through: last - 5)
        }
        #expect(try still.everything(of: 1).compactMap(\.frame) == (last - 4...last).map { frame(1, $0) })
        #expect(files.usedBytes <= 60_000 + 4096)
    }

    @Test func roomThatIsKeptForOthersIsNotTaken() throws {
        let files = FaultyFiles(seed: 1)
        files.limit(toBytes: 100_000)
        let still = try StillLog(files, smallSegments { $0.keepFreeBytes = 40_000 })
        var last: UInt64 = 0
        while still.append([frame(1, last + 1)]).isSuccess { last += 1 }
        #expect(last > 100)
        #expect(still.append([frame(1, last + 1)]).code == .full)
        #expect(files.usedBytes <= 60_000, "\(files.usedBytes)")
        // Another log of the same disk, which keeps nothing, goes on; and what is dropped makes room again.
        still.drop(1, through: last)
        for _ in 0..<1000 {
            #expect(still.append([frame(1, last + 1)]).isSuccess)
            last += 1
            still.drop(1, through: last - 5)
        }
    }

    @Test func moreRoomOnTheDiskIsEnough() throws {
        let files = FaultyFiles(seed: 1)
        let still = try StillLog(files)
        files.limit(toBytes: 30_000)
        var last: UInt64 = 0
        while still.append([frame(1, last + 1)]).isSuccess { last += 1 }
        files.limit(toBytes: 300_000)
        #expect(still.append([frame(1, last + 1)]).isSuccess)
        still.log.close()
        files.losePower()
        #expect(try StillLog(files).everything(of: 1).count == Int(last) + 1)
    }

    @Test func whatWaitsBehindAFailureFailsWithIt() throws {
        let still = try StillLog()
        still.append([frame(1, 1)])
        still.files.fail(.write, .system)
        #expect(still.append([frame(1, 2)]).code == .temporary)
        #expect(try still.everything(of: 1).count == 1)
        #expect(still.append([frame(1, 2, bytes: 30)]).isSuccess)
        #expect(try still.everything(of: 1).compactMap(\.frame?.bytes.count) == [100, 30])
    }

    @Test func recordsOfAFailedWriteDoNotComeBack() throws {
        let files = FaultyFiles(seed: 3)
        for attempt in 0..<40 {
            let still = try StillLog(files)
            let start = UInt64(attempt * 2)
            files.fail(.write, .system)
            #expect(still.append([frame(1, start + 1), frame(2, start + 1), frame(3, start + 1)]).code == .temporary)
            #expect(still.append([frame(1, start + 1)]).isSuccess)
            #expect(still.append([frame(1, start + 2), frame(2, start + 1)]).isSuccess)
            #expect(still.append([frame(2, start + 2)]).isSuccess)
            files.losePower()
            let again = try StillLog(files)
            #expect(again.log.streams()[stream(3)] == nil)
            #expect(again.log.streams()[stream(1)]?.last == start + 2)
            #expect(again.log.recovery.quarantined.isEmpty)
            again.log.close()
        }
    }

    @Test func recordsBehindACutDoNotComeBack() throws {
        let files = FaultyFiles(seed: 3)
        var still = try StillLog(files)
        still.append([frame(1, 1), frame(2, 1), frame(3, 1)])
        // As if the first sectors of this commit had not made it to the disk.
        files.flip(still.segmentPaths[0], at: 1024, mask: 1)
        files.killProcess()
        still = try StillLog(files)
        #expect(still.log.recovery.bytesCutFromTornTail == 3 * 152)
        #expect(still.log.streams().isEmpty)
        // This ends exactly where the second frame of the lost commit began.
        let other = LogFrame(stream: stream(3), number: 1, bytes: [UInt8](repeating: 9, count: 100))
        #expect(still.append([other]).isSuccess)
        files.losePower()
        still = try StillLog(files)
        #expect(try still.everything(of: 3).compactMap(\.frame) == [other])
        #expect(still.log.streams().count == 1)
    }

    /// For want of a descriptor, perhaps: no sync has failed, and the log goes on with another file.
    @Test func aSegmentThatCouldNotBeMadeLeavesNothingBehind() throws {
        let still = try StillLog()
        still.files.fail(.syncDirectory, .system)
        for number in 1...200 as ClosedRange<UInt64> { still.append([frame(1, number)]) }
        let segments = still.segmentPaths.count
        #expect(try still.everything(of: 1).count == 200)
        still.log.close()
        let again = try StillLog(still.files)
        #expect(again.log.recovery.quarantined.isEmpty)
        #expect(again.segmentPaths.count <= segments)
        #expect(try again.everything(of: 1).count == 200)
    }

    @Test func aFailedSyncIsFinal() throws {
        let files = FaultyFiles(seed: 1)
        let still = try StillLog(files)
        #expect(still.append([frame(1, 1)]).isSuccess)
        files.fail(.sync, .syncFailed)
        #expect(still.append([frame(1, 2)]).code == .failed)
        #expect(still.append([frame(1, 2)]).code == .failed)
        #expect(still.append([frame(2, 1)]).code == .failed)
        #expect(try still.everything(of: 1).count == 1)
        still.log.close()
        files.losePower()
        let again = try StillLog(files)
        #expect(again.append([frame(2, 1)]).isSuccess)
        #expect(try again.everything(of: 1).first?.frame == frame(1, 1))
    }

    @Test func freedSegmentsAreUsedAgainAndNotZeroedAgain() throws {
        let still = try StillLog()
        for number in 1...2000 as ClosedRange<UInt64> {
            still.append([frame(1, number)])
            still.drop(1, through: number)
        }
        let files = still.files.paths.filter { $0.hasSuffix(".seg") || $0.hasSuffix(".spare") }
        #expect(files.count <= 5)
        #expect(still.log.stats().fileBytes < 6 * 8192)
        #expect(still.segmentPaths.contains { $0 > "/log/0000000000000020.seg" })
    }

    @Test func oneSlowStreamDoesNotHoldAllSegments() throws {
        let files = FaultyFiles(seed: 1)
        var still = try StillLog(files)
        for number in 1...3000 as ClosedRange<UInt64> {
            var batch = [frame(1, number)]
            if number % 50 == 0 { batch.append(frame(2, number / 50)) }
            still.append(batch)
            still.drop(1, through: number)
        }
        // 60 live frames of 152 bytes; 456,000 bytes were written.
        #expect(still.log.stats().fileBytes < 10 * 8192)
        #expect(try still.everything(of: 2).compactMap(\.frame) == (1...60).map { frame(2, $0) })
        files.losePower()
        still = try StillLog(files)
        #expect(try still.everything(of: 2).compactMap(\.frame) == (1...60).map { frame(2, $0) })
        #expect(still.log.recovery.quarantined.isEmpty)
    }

    @Test func theIndexOfABacklogStaysSmall() throws {
        let still = try StillLog(FaultyFiles(seed: 1), smallSegments { $0.cachedPlaces = 100 })
        for number in 1...2000 as ClosedRange<UInt64> {
            still.append((1...3 as ClosedRange<UInt64>).map { frame($0, number, bytes: 20) })
        }
        _ = try still.everything(of: 2)
        let size = still.log.indexSize()
        let segments = still.log.stats().segments
        #expect(segments > 40)
        #expect(size.runs <= 3 * segments)
        #expect(size.places < 300)
        #expect(try still.everything(of: 3).count == 2000)
    }

    @Test func openingReadsOnlyTheLastSegment() throws {
        let files = FaultyFiles(seed: 1)
        let still = try StillLog(files)
        for number in 1...500 as ClosedRange<UInt64> { still.append([frame(1, number)]) }
        let sealed = still.segmentPaths.filter { files.exists(String($0.dropLast(4)) + ".index") }
        #expect(sealed.count > 5)
        files.killProcess()
        // Damage in a sealed segment is not seen at opening, but when it is read.
        files.flip(sealed[2], at: 2000, mask: 1)
        let again = try StillLog(files)
        #expect(again.log.recovery.quarantined.isEmpty)
        #expect(again.log.recovery.frames == 500)
        #expect(try again.everything(of: 1).compactMap(\.damage).count == 1)
    }

    @Test func aLostSegmentLeavesTheRest() throws {
        let files = FaultyFiles(seed: 1)
        let still = try StillLog(files)
        for number in 1...300 as ClosedRange<UInt64> { still.append([frame(1, number)]) }
        let path = still.segmentPaths[2]
        files.killProcess()
        files.flip(path, at: 16, mask: 1)
        files.flip(path, at: 528, mask: 1)
        let again = try StillLog(files)
        #expect(again.log.recovery.quarantined == [.init(path: path, offset: 0, bytes: 8192)])
        let all = try again.everything(of: 1)
        #expect(all.map(\.number) == Array(1...300))
        #expect(all.compactMap(\.damage).allSatisfy { $0 == "damaged in \(path) at offset 0" })
        #expect(all.compactMap(\.damage).count > 20)
        #expect(again.append([frame(1, 301)]).isSuccess)
    }
}
