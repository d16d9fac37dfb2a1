import StatuscastModel
import Testing

@testable import API

@Suite struct MergedSliceTests {
    private func slice(_ ids: [UInt64], unfinishedAt end: UInt64? = nil, fromOldest: Bool = false) -> MailboxFiles.Slice
    {
        let fragments = ids.map { id in
            Fragment(
                StatusRecord(
                    kind: .status, id: id, author: AccountID(rawValue: 1), visibility: .public, mentions: [], tags: [],
                    text: "x"),
                authorUsername: "a", authorDisplayName: "", site: RenderingTests.site)
        }
        var range: (newest: UInt64, oldest: UInt64)?
        if let newest = ids.first ?? end, let oldest = ids.last ?? end {
            range = fromOldest ? (end ?? newest, oldest) : (newest, end ?? oldest)
        }
        return .init(fragments: fragments, range: range, isUnfinished: end != nil, signature: [:])
    }

    private func ids(_ slice: MailboxFiles.Slice) -> [UInt64] { slice.fragments.map(\.id) }

    @Test func whatLiesInSeveralComesOnce() {
        let merged = MailboxFiles.Slice.merged([slice([9, 5, 3]), slice([8, 5])], limit: 10, fromOldest: false)
        #expect(ids(merged) == [9, 8, 5, 3])
        #expect(merged.range?.newest == 9 && merged.range?.oldest == 3 && !merged.isUnfinished)
    }

    @Test func aFullPageEndsTheMergedOne() {
        let merged = MailboxFiles.Slice.merged([slice([9, 8, 7]), slice([6, 2])], limit: 3, fromOldest: false)
        #expect(ids(merged) == [9, 8, 7])
        let upwards = MailboxFiles.Slice.merged([slice([3, 2, 1]), slice([9, 2])], limit: 3, fromOldest: true)
        #expect(ids(upwards) == [3, 2, 1])
    }

    @Test func whereReadingWasEndedThePageEndsToo() {
        let merged = MailboxFiles.Slice.merged(
            [slice([90], unfinishedAt: 50), slice([80, 40])], limit: 5, fromOldest: false)
        #expect(ids(merged) == [90, 80])
        #expect(merged.range?.oldest == 50 && merged.isUnfinished)
        let empty = MailboxFiles.Slice.merged([slice([], unfinishedAt: 50), slice([40])], limit: 5, fromOldest: false)
        #expect(ids(empty) == [] && empty.range?.oldest == 50)
        let upwards = MailboxFiles.Slice.merged(
            [slice([20], unfinishedAt: 50, fromOldest: true), slice([60, 30])], limit: 5, fromOldest: true)
        #expect(ids(upwards) == [30, 20] && upwards.range?.newest == 50)
    }

    @Test func nothingAnywhereIsAnEmptyPageWithoutNeighbours() {
        let merged = MailboxFiles.Slice.merged([slice([]), slice([])], limit: 5, fromOldest: false)
        #expect(merged.fragments.isEmpty && merged.range == nil)
    }
}
