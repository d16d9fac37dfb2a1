import DurableFiles
import FaultyFiles
import HashRing
import Queue
import SocialGraph
import StatuscastModel
import Testing

/// Snapshots as files: whole or not at all, and never taken for something else.
@Suite struct SnapshotTests {
    private let cursors = [PartitionIndex(rawValue: 0): Cursor([StreamID(openedUnixMilliseconds: 5, random: 6): 7])]

    private func index(_ followers: ClosedRange<UInt64>) -> FollowerIndex {
        var index = FollowerIndex(partitions: .default)
        for follower in followers { index.apply(Facts.follow(follower, follower, 9_999)) }
        return index
    }

    private var empty: FollowerIndex { FollowerIndex(partitions: .default) }

    @Test func theNewestIsLoadedWithItsCursorsAndTwoAreKept() throws {
        let files = FaultyFiles(seed: 1)
        let snapshots = SnapshotDirectory(path: "/s", files: files)
        #expect(snapshots.load(empty) { _ in }?.path == nil)
        for round in 1...4 as ClosedRange<UInt64> {
            let written = try snapshots.write(index(1...round * 10), cursors: cursors, unixMilliseconds: round * 999)
            #expect(
                written?.path == "/s/" + String(repeating: "0", count: 12 - (round > 1 ? 1 : 0))
                    + "\(round * 999).snapshot")
        }
        #expect(files.paths.filter { $0.hasSuffix(".snapshot") }.count == 2)
        let loaded = try #require(snapshots.load(empty) { Issue.record("\($0)") })
        #expect(loaded.lookup.count == 40 && loaded.cursors == cursors && loaded.unixMilliseconds == 3_996)
    }

    @Test func whateverByteIsDamagedItIsNamedPutAsideAndTheOneBeforeServes() throws {
        let files = FaultyFiles(seed: 2)
        let snapshots = SnapshotDirectory(path: "/s", files: files)
        _ = try snapshots.write(index(1...5), cursors: cursors, unixMilliseconds: 1)
        let bytes = try #require(try snapshots.write(index(1...30), cursors: cursors, unixMilliseconds: 2)).bytes
        let good = try files.contents(of: "/s/000000000000002.snapshot", limitBytes: 1 << 20)
        #expect(good.count == bytes)
        for offset in 0..<bytes {
            var bad = good
            bad[offset] ^= 0x10
            try files.replace("/s/000000000000002.snapshot", with: bad)
            var faults: [SnapshotError] = []
            let loaded = snapshots.load(empty) { faults.append($0) }
            #expect(loaded?.lookup.count == 5, "byte \(offset)")
            #expect(faults.map(\.path) == ["/s/000000000000002.snapshot"], "byte \(offset)")
            let isVersion = (8..<12).contains(offset)
            #expect(faults.first?.code == (isVersion ? .unsupportedVersion : .damaged), "byte \(offset)")
            #expect(!files.exists("/s/000000000000002.snapshot") && files.exists("/s/000000000000002.snapshot.aside"))
        }
        for length in [0, 5, 12, 13, 24, 40, bytes / 2, bytes - 1] {
            try files.replace("/s/000000000000002.snapshot", with: Array(good.prefix(length)))
            #expect(snapshots.load(empty) { _ in }?.lookup.count == 5, "cut to \(length)")
        }
    }

    @Test func whoFollowsATagIsStillFound() throws {
        let swift = AccountID(followedTag: "swift")
        let reader = AccountID(rawValue: 7)
        let choice = TagChoice(owner: reader, tag: "swift", isOn: true)
        let events = [Facts.follow(1, 7, 9), Facts.event(2, .personal(.tagFollowed(choice)))]
        let snapshots = SnapshotDirectory(path: "/s", files: FaultyFiles(seed: 4))
        var followers = empty
        followers.apply(events)
        followers.settle()
        _ = try snapshots.write(followers, cursors: cursors, unixMilliseconds: 1)
        var loaded = try #require(snapshots.load(empty) { Issue.record("\($0)") }).lookup
        #expect(loaded.follows(reader, swift) && loaded.follows(reader, AccountID(rawValue: 9)))
        loaded.apply(Facts.event(3, .personal(.tagFollowed(TagChoice(owner: reader, tag: "swift", isOn: false)))))
        #expect(!loaded.follows(reader, swift))

        let authors = SnapshotDirectory(path: "/a", files: FaultyFiles(seed: 4))
        var directory = AuthorDirectory(partitions: .default)
        for event in events { directory.apply(event) }
        _ = try authors.write(directory, cursors: cursors, unixMilliseconds: 1)
        let known = try #require(authors.load(AuthorDirectory(partitions: .default)) { Issue.record("\($0)") }).lookup
        #expect(known.partitionsOfFollowers(of: swift) == directory.partitionsOfFollowers(of: swift))
        #expect(known.partitionsOfFollowers(of: swift).count == 1)
    }

    @Test func oneOfOtherPartitionsOrAnotherLookupIsForeign() throws {
        let files = FaultyFiles(seed: 3)
        let snapshots = SnapshotDirectory(path: "/s", files: files)
        func code(_ empty: some AccountLookup) throws -> [SnapshotError.Code] {
            _ = try snapshots.write(index(1...5), cursors: [:], unixMilliseconds: 1)
            var faults: [SnapshotError.Code] = []
            #expect(snapshots.load(empty) { faults.append($0.code) }?.path == nil)
            return faults
        }
        #expect(try code(FollowerIndex(partitions: PartitionCount(rawValue: 64)!)) == [.foreign])
        #expect(try code(FollowerIndex(partitions: .default) { $0.rawValue < 3 }) == [.foreign])
        #expect(try code(AuthorDirectory(partitions: .default)) == [.foreign])
    }

    @Test func whoeverFindsAnotherWritingLeavesItAlone() throws {
        let files = FaultyFiles(seed: 4)
        let snapshots = SnapshotDirectory(path: "/s", files: files)
        let lock = try files.lock("/s/lock")
        #expect(try snapshots.write(index(1...5), cursors: [:], unixMilliseconds: 1) == nil)
        lock.release()
        #expect(try snapshots.write(index(1...5), cursors: [:], unixMilliseconds: 1) != nil)
    }

    /// The machine stops at each operation of a write in turn, by loss of power or of the process.
    @Test func aCrashWhileWritingLeavesTheOneBeforeOrTheNewOne() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var outcomes: Set<Int> = []
        for step in 1...100 {
            let files = FaultyFiles(seed: seed &+ UInt64(step))
            let snapshots = SnapshotDirectory(path: "/s", files: files)
            for round in 1...2 as ClosedRange<UInt64> {
                _ = try snapshots.write(index(1...7), cursors: cursors, unixMilliseconds: round)
            }
            files.stop(after: step)
            let written = try? snapshots.write(index(1...70), cursors: cursors, unixMilliseconds: 3)
            step % 2 == 0 ? files.losePower() : files.killProcess()
            var faults: [SnapshotError] = []
            let count = snapshots.load(empty) { faults.append($0) }?.lookup.count
            #expect(count == 70 || written == nil && count == 7, "step \(step)")
            #expect(faults.isEmpty, "step \(step): \(faults)")
            outcomes.insert(count ?? 0)
            _ = try snapshots.write(index(1...80), cursors: cursors, unixMilliseconds: 4)
            #expect(snapshots.load(empty) { _ in }?.lookup.count == 80)
            #expect(files.paths.allSatisfy { !$0.hasSuffix(".new") }, "step \(step)")
        }
        #expect(outcomes == [7, 70])
    }

    @Test(arguments: [FileError.Code.full, .syncFailed, .system])
    func aFailureLeavesWhatWasThere(code: FileError.Code) throws {
        let operations: [FaultyFiles.Operation] = [.write, .sync, .rename, .syncDirectory]
        for operation in operations {
            let files = FaultyFiles(seed: 5)
            let snapshots = SnapshotDirectory(path: "/s", files: files)
            _ = try snapshots.write(index(1...7), cursors: cursors, unixMilliseconds: 1)
            files.fail(operation, after: operation == .write ? 3 : 0, code)
            #expect(throws: FileError.self) {
                try snapshots.write(index(1...70), cursors: cursors, unixMilliseconds: 2)
            }
            let count = snapshots.load(empty) { Issue.record("\($0)") }?.lookup.count
            #expect(count == 7 || operation == .syncDirectory && count == 70, "\(operation)")
        }
    }
}
