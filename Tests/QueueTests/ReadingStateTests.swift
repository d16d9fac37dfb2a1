import HashRing
import Testing

@testable import Queue

@Suite struct ReadingStateTests {
    private let zero = PartitionIndex(rawValue: 0)
    private let one = PartitionIndex(rawValue: 1)

    private func stream(_ id: UInt64) -> StreamID { StreamID(openedUnixMilliseconds: id, random: 0) }

    private func frames(
        _ numbers: ClosedRange<UInt64>, stream id: UInt64 = 1, in partition: PartitionIndex, bytes: Int = 10
    ) -> [FetchedFrame] {
        numbers.map {
            FetchedFrame(
                partition: partition, stream: stream(id), number: $0,
                content: .bytes([UInt8](repeating: 0, count: bytes)))
        }
    }

    @Test func aFrameFromTwoCopiesComesOnce() throws {
        var state = ReadingState(nodes: 2, bytesMax: 2 << 20)
        state.add(zero, after: Cursor([stream(1): 2]))
        let first = try #require(state.poll(node: 0))
        let second = try #require(state.poll(node: 1))
        state.accept(frames(3...6, in: zero), of: first)
        state.accept(frames(3...8, in: zero), of: second)
        #expect(state.take(maxBytes: 1000).map(\.number) == Array(3...8))
        #expect(state.poll(node: 0)?.cursors[zero]?[stream(1)] == 8)
    }

    @Test func framesForAnEarlierTenureAreDropped() throws {
        var state = ReadingState(nodes: 1, bytesMax: 2 << 20)
        state.add(zero, after: Cursor())
        let old = try #require(state.poll(node: 0))
        state.remove(zero)
        state.add(zero, after: Cursor([stream(1): 1]))
        state.accept(frames(1...9, in: zero), of: old)
        #expect(state.take(maxBytes: 1000).isEmpty)
        let new = try #require(state.poll(node: 0))
        state.accept(frames(2...3, in: zero), of: new)
        #expect(state.take(maxBytes: 1000).map(\.number) == [2, 3])
    }

    @Test func removingAPartitionTakesItsFramesAway() throws {
        var state = ReadingState(nodes: 1, bytesMax: 2 << 20)
        state.add(zero, after: Cursor())
        state.add(one, after: Cursor())
        let poll = try #require(state.poll(node: 0))
        state.accept(frames(1...2, in: zero) + frames(1...2, in: one), of: poll)
        state.remove(zero)
        #expect(state.take(maxBytes: 1000).map(\.partition) == [one, one])
        #expect(state.poll(node: 0)?.maxBytes == 2 << 20)
    }

    @Test func streamsTakeTurns() throws {
        var state = ReadingState(nodes: 1, bytesMax: 16 << 20)
        state.add(zero, after: Cursor())
        state.add(one, after: Cursor())
        let poll = try #require(state.poll(node: 0))
        state.accept(frames(1...200, in: zero, bytes: 20_000), of: poll)
        state.accept(frames(1...1, in: one), of: poll)
        let taken = state.take(maxBytes: 200_000)
        #expect(taken.contains { $0.partition == one })
        let others = taken.filter { $0.partition == zero }.map(\.number)
        #expect(others == Array(1...UInt64(others.count)))
    }

    @Test func aFullBufferStopsThePollingOfItsNodeOnly() throws {
        var state = ReadingState(nodes: 2, bytesMax: 4 << 20)
        state.add(zero, after: Cursor())
        let poll = try #require(state.poll(node: 0))
        state.accept(frames(1...2, in: zero, bytes: 600_000), of: poll)
        #expect(state.poll(node: 0) == nil)
        #expect(state.poll(node: 1) != nil)
        _ = state.take(maxBytes: 1 << 20)
        #expect(state.poll(node: 0) != nil)
    }

    @Test func aLargeFrameComesAloneAndMaxBytesOfZeroStillBringsOne() throws {
        var state = ReadingState(nodes: 1, bytesMax: 32 << 20)
        state.add(zero, after: Cursor())
        let poll = try #require(state.poll(node: 0))
        state.accept(frames(1...1, in: zero) + frames(1...1, stream: 2, in: zero, bytes: 500_000), of: poll)
        #expect(state.take(maxBytes: 1000).map(\.stream) == [stream(1)])
        #expect(state.take(maxBytes: 0).map(\.stream) == [stream(2)])
        #expect(state.take(maxBytes: 1000).isEmpty)
    }

    @Test func positionsInStreamsThatAreGoneAreForgotten() throws {
        var state = ReadingState(nodes: 1, bytesMax: 2 << 20)
        state.add(zero, after: Cursor([stream(1): 5, stream(2): 7]))
        state.forget([zero: [stream(1)]])
        #expect(state.positions == [zero: Cursor([stream(2): 7])])
    }
}
