import DurableFiles
import FaultyFiles
import HashRing
import Queue
import SocialGraph
import StatuscastModel
import Testing

/// What an operator is told of snapshots that a start did not use, or used without knowing enough.
@Suite struct SnapshotLogTests {
    private let files = FaultyFiles(seed: 1)
    private let newest = "/s/000000000000002.snapshot"

    /// Two snapshots, of five and of thirty follows; the newer one taken behind `number` frames.
    private func written(newestBehind number: UInt64) throws -> SnapshotDirectory {
        let snapshots = SnapshotDirectory(path: "/s", files: files)
        for (time, follows, end) in [(1, 5, 1), (2, 30, number)] as [(UInt64, UInt64, UInt64)] {
            var index = FollowerIndex(partitions: .default)
            for step in 1...follows { index.apply(Facts.follow(step, step, 999)) }
            let cursor = Cursor([StreamID(openedUnixMilliseconds: 1, random: 1): end])
            _ = try snapshots.write(index, cursors: [PartitionIndex(rawValue: 0): cursor], unixMilliseconds: time)
        }
        return snapshots
    }

    /// Starts over a topic of one frame, which holds a follow and is read unless a snapshot `covers` it; waits for
    /// `count` follows and answers what was logged until then.
    private func lines(
        _ snapshots: SnapshotDirectory, covers: Bool = true, endsFail: Bool = false, untilFollows count: Int
    ) async throws -> [String] {
        let threads = FileThreads(name: "snapshots", count: 1)
        defer { threads.stop() }
        var schedule = SnapshotSchedule()
        schedule.endsMilliseconds = 20
        let queue = ListQueue()
        queue.add(.bytes(ItemBatch.encoded([Facts.follow(1, 1, 999).encoded()])))
        if covers { queue.skip(1) }
        queue.failEnds(endsFail)
        let logged = LoggedLines()
        let follower = AccountsFollower(
            FollowerIndex(partitions: .default), queue: queue, partitions: 1,
            snapshots: LookupSnapshots(directory: snapshots, threads: threads, schedule: schedule),
            logger: logged.logger)
        let task = Task { await follower.run() }
        let deadline = ContinuousClock.now + .seconds(5)
        while follower.withLookup({ $0.count }) != count, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(2))
        }
        task.cancel()
        await task.value
        #expect(follower.withLookup { $0.count } == count)
        return logged.texts
    }

    @Test func oneOfAnUnsupportedVersionIsSaidToBePutAside() async throws {
        let snapshots = try written(newestBehind: 1)
        var bytes = try files.contents(of: newest, limitBytes: 1 << 20)
        bytes[8] = 2
        try files.replace(newest, with: bytes)
        let lines = try await lines(snapshots, untilFollows: 5)
        let told = lines.filter { $0.contains(newest) }
        #expect(told.count == 1 && told[0].hasPrefix("warning a snapshot of the look-up is of an unsupported version"))
        #expect(told.first?.contains("and is put aside") == true && told.first?.contains("version 2") == true)
        #expect(told.first?.contains("\(newest).aside") == true, "\(told)")
        #expect(files.exists("\(newest).aside") && !files.exists(newest))
    }

    @Test func oneAheadOfTheTopicIsSaidToBePutAside() async throws {
        let lines = try await lines(written(newestBehind: 9), untilFollows: 5)
        let told = lines.filter { $0.contains(newest) }
        #expect(told.count == 1 && told[0].hasPrefix("warning a snapshot of the look-up is ahead of the topic"))
        #expect(told.first?.contains("and is put aside") == true && told.first?.contains("\(newest).aside") == true)
    }

    @Test func oneThatCannotBePutAsideIsSaidToStay() async throws {
        let snapshots = try written(newestBehind: 9)
        files.fail(.rename, after: 0, .system)
        let told = try await lines(snapshots, untilFollows: 5).filter { $0.contains(newest) }
        #expect(told.count == 1 && told[0].contains("stays where it is") && !told[0].contains("aside"))
        #expect(files.exists(newest))
    }

    @Test func startingWithoutKnowingTheTopicsEndsIsWarnedOf() async throws {
        let lines = try await lines(written(newestBehind: 9), endsFail: true, untilFollows: 30)
        let warnings = lines.filter { $0.hasPrefix("warning") }
        #expect(warnings.count == 1, "\(lines)")
        #expect(warnings.first?.contains("how far the topic accounts reaches is not known") == true)
        #expect(warnings.first?.contains("a node is away") == true)
    }

    @Test func withoutASnapshotNobodyAsksForTheEndsFirst() async throws {
        let none = SnapshotDirectory(path: "/s", files: files)
        let lines = try await lines(none, covers: false, endsFail: true, untilFollows: 1)
        #expect(lines.allSatisfy { !$0.hasPrefix("warning") }, "\(lines)")
    }
}
