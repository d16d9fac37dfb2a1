import FaultyFiles
import HashRing
import Queue
import SocialGraph
import StatuscastModel
import Testing

/// What recipients do not want outlives a restart from a snapshot.
@Suite struct RecipientSnapshotTests {
    private var empty: RecipientLookup {
        RecipientLookup(
            followers: FollowerIndex(partitions: .default), rules: RecipientRules(partitions: .default))
    }

    private func account(_ raw: UInt64) -> AccountID { AccountID(rawValue: raw) }

    private func relation(_ lookup: RecipientLookup, _ recipient: UInt64) -> RecipientRules.Relation {
        lookup.rules.relation(of: account(recipient), to: account(9), atUnixMilliseconds: 50)
    }

    private func hides(_ lookup: RecipientLookup, _ text: String) -> Bool {
        lookup.rules.hides(from: account(4), in: .home, atUnixMilliseconds: 50) { FoldedText(text) }
    }

    private var facts: [AccountEvent] {
        let filter = Filter(
            id: FilterID(rawValue: 77), owner: account(4), title: "", contexts: .home, action: .hide,
            keywords: [.init(id: FilterID(rawValue: 78), text: "spoiler", wholeWord: true)])
        return (1...6 as ClosedRange<UInt64>).map { Facts.follow($0, $0, 9) } + [
            Facts.event(11, .blocked(blocker: account(1), blocked: account(9))),
            Facts.event(12, .muted(Mute(muter: account(2), muted: account(9)))),
            Facts.event(13, .muted(Mute(muter: account(3), muted: account(9), untilUnixMilliseconds: 40))),
            Facts.event(14, .filterSet(filter)),
            Facts.event(16, .muted(Mute(muter: account(5), muted: account(9)))),
            Facts.event(17, .unmuted(muter: account(5), muted: account(9))),
        ]
    }

    @Test func rulesFromBeforeASnapshotHoldAndChangesAfterItCount() throws {
        let snapshots = SnapshotDirectory(path: "/s", files: FaultyFiles(seed: 1))
        var written = empty
        written.apply(facts)
        _ = try snapshots.write(written, cursors: [:], unixMilliseconds: 1)
        var lookup = try #require(snapshots.load(empty) { Issue.record("\($0)") }).lookup
        #expect(lookup.followers.count == 6)
        #expect(relation(lookup, 1) == .blocks && relation(lookup, 2) == [.mutes, .mutesNotifications])
        #expect(lookup.rules.relation(of: account(9), to: account(1), atUnixMilliseconds: 50) == .blockedBy)
        #expect(relation(lookup, 3).isEmpty, "that mute is over")
        #expect(hides(lookup, "a spoiler") && !hides(lookup, "nothing"))
        #expect(lookup.rules.pairCount == written.rules.pairCount && lookup.rules.isParty(account(9)))
        lookup.apply(Facts.event(16, .muted(Mute(muter: account(5), muted: account(9)))))
        #expect(relation(lookup, 5).isEmpty, "what was taken back stays so when the mute comes again")
        lookup.apply(Facts.event(21, .unblocked(blocker: account(1), blocked: account(9))))
        lookup.apply(Facts.event(22, .muted(Mute(muter: account(6), muted: account(9)))))
        lookup.apply(Facts.event(23, .filterRemoved(owner: account(4), filter: FilterID(rawValue: 77))))
        #expect(relation(lookup, 1).isEmpty && relation(lookup, 6).contains(.mutes) && !hides(lookup, "a spoiler"))
    }

    @Test func oneOfFollowersAloneIsForeign() throws {
        let snapshots = SnapshotDirectory(path: "/s", files: FaultyFiles(seed: 2))
        _ = try snapshots.write(empty.followers, cursors: [:], unixMilliseconds: 1)
        var faults: [SnapshotError.Code] = []
        #expect(snapshots.load(empty) { faults.append($0.code) }?.path == nil)
        #expect(faults == [.foreign])
    }

    @Test func oneThatIsAheadOfTheTopicIsPassedOver() throws {
        let files = FaultyFiles(seed: 3)
        let snapshots = SnapshotDirectory(path: "/s", files: files)
        let (partition, stream) = (PartitionIndex(rawValue: 0), StreamID(openedUnixMilliseconds: 5, random: 6))
        let ends = [partition: Cursor([stream: 7])]
        _ = try snapshots.write(empty, cursors: ends, unixMilliseconds: 1)
        _ = try snapshots.write(empty, cursors: [partition: Cursor([stream: 8])], unixMilliseconds: 2)
        var faults: [SnapshotError.Code] = []
        #expect(snapshots.load(empty, within: ends) { faults.append($0.code) }?.unixMilliseconds == 1)
        #expect(faults == [.unreached] && files.exists("/s/000000000000002.snapshot.aside"))
        #expect(snapshots.load(empty, within: [:]) { faults.append($0.code) }?.path == nil)
        #expect(faults == [.unreached, .unreached])
    }
}
