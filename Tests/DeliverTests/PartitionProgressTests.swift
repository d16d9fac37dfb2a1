import Queue
import Testing

@testable import Deliver

struct PartitionProgressTests {
    private let stream = StreamID(openedUnixMilliseconds: 1, random: 1)
    private let other = StreamID(openedUnixMilliseconds: 2, random: 2)

    @Test func framesWithoutFanOutsMoveTheCursorAtOnce() {
        var progress = PartitionProgress(from: Cursor([stream: 4]))
        progress.tookIn(stream, 5, fanOuts: 0)
        progress.tookIn(other, 1, fanOuts: 0)
        #expect(progress.expanded == Cursor([stream: 5, other: 1]))
        #expect(!progress.hasOpenFrames)
    }

    @Test func aFrameWaitsForItsFanOutsAndHoldsTheFramesBehindIt() {
        var progress = PartitionProgress(from: Cursor())
        progress.tookIn(stream, 1, fanOuts: 2)
        progress.tookIn(stream, 2, fanOuts: 0)
        progress.tookIn(stream, 3, fanOuts: 1)
        progress.tookIn(other, 1, fanOuts: 0)
        #expect(progress.expanded == Cursor([other: 1]))
        progress.finishedFanOut(stream, 1)
        #expect(progress.expanded == Cursor([other: 1]))
        progress.finishedFanOut(stream, 1)
        #expect(progress.expanded == Cursor([stream: 2, other: 1]))
        progress.finishedFanOut(stream, 3)
        #expect(progress.expanded == Cursor([stream: 3, other: 1]))
        #expect(!progress.hasOpenFrames)
    }

    @Test func aLaterFrameMayFinishFirst() {
        var progress = PartitionProgress(from: Cursor())
        progress.tookIn(stream, 1, fanOuts: 1)
        progress.tookIn(stream, 2, fanOuts: 1)
        progress.finishedFanOut(stream, 2)
        #expect(progress.expanded == Cursor())
        progress.finishedFanOut(stream, 1)
        #expect(progress.expanded == Cursor([stream: 2]))
    }
}
