import HashRing
import Testing

@testable import Queue

@Suite struct TopicStateTests {
    private let zero = PartitionIndex(rawValue: 0)

    private func key(_ stream: UInt64, in partition: UInt16 = 0) -> StreamKey {
        StreamKey(
            partition: PartitionIndex(rawValue: partition),
            stream: StreamID(openedUnixMilliseconds: stream, random: stream))
    }

    private func frames(_ key: StreamKey, _ numbers: ClosedRange<UInt64>) -> [NumberedFrame] {
        numbers.map { NumberedFrame(key: key, number: $0, bytes: [1]) }
    }

    private func state(groups: [String] = ["a", "b"], streams: UInt64...) -> TopicState {
        var state = TopicState(groups: groups)
        let keys = streams.map { key($0) }
        _ = try? state.open(keys, now: 0)
        state.opened(keys)
        return state
    }

    private func code(_ body: () throws(QueueError) -> Void) -> QueueError.Code? {
        do throws(QueueError) { try body() } catch { return error.code }
        return nil
    }

    /// What becomes of an attempt to take frames: nil where they are taken.
    private func refusal(_ state: inout TopicState, _ frames: [NumberedFrame]) -> QueueError.Code? {
        do throws(QueueError) { _ = try state.take(frames, now: 0) } catch { return error.code }
        return nil
    }

    @Test func aDrainingNodeConfirmsWhatItHasAndRefusesTheRest() throws {
        var state = state(streams: 1)
        _ = try state.take(frames(key(1), 1...3), now: 0)
        state.isDraining = true
        #expect(refusal(&state, frames(key(1), 3...3)) == nil)
        #expect(refusal(&state, frames(key(1), 3...4)) == .draining)
        #expect(code { () throws(QueueError) in _ = try state.open([key(2)], now: 0) } == .draining)
        #expect(code { () throws(QueueError) in _ = try state.open([], now: 0) } == .draining)
        state.isDraining = false
        #expect(refusal(&state, frames(key(1), 4...4)) == nil)
    }

    @Test func onlyTheNextNumberIsTaken() throws {
        var state = state(streams: 1)
        #expect(try state.take(frames(key(1), 1...3), now: 0).new.count == 3)
        #expect(refusal(&state, frames(key(1), 5...5)) == .unknownStream)
        #expect(refusal(&state, frames(key(2), 1...1)) == .unknownStream)
        // Half a call is not taken.
        #expect(refusal(&state, frames(key(1), 4...4) + frames(key(2), 1...1)) == .unknownStream)
        #expect(state[key(1)]?.next == 4)
    }

    @Test func whatIsThereOrUnderWayIsConfirmed() throws {
        var state = state(streams: 1)
        _ = try state.take(frames(key(1), 1...4), now: 0)
        #expect(state.synced([(key(1), 1), (key(1), 2)]) == true)
        let known = try state.take(frames(key(1), 1...2), now: 0)
        #expect(known.new.isEmpty && known.underWay.isEmpty)
        let mixed = try state.take(frames(key(1), 2...6), now: 0)
        #expect(mixed.new.map(\.number) == [5, 6])
        #expect(mixed.underWay == [key(1): 4])
    }

    @Test func aStreamEndsWhereAFrameCouldNotBeStored() throws {
        var state = state(streams: 1)
        _ = try state.take(frames(key(1), 1...6), now: 0)
        #expect(state.synced([(key(1), 1)]) == true)
        #expect(state.failed([(key(1), 2), (key(1), 3)]).isEmpty)
        #expect(state.synced([(key(1), 4)]) == false)
        #expect(refusal(&state, frames(key(1), 7...7)) == .unknownStream)
        #expect(try state.take(frames(key(1), 1...1), now: 0).new.isEmpty)
        // One that holds nothing is as if it had never been.
        var empty = self.state(streams: 2)
        _ = try empty.take(frames(key(2), 1...1), now: 0)
        #expect(empty.failed([(key(2), 1)]) == [key(2)])
        #expect(empty[key(2)] == nil)
    }

    @Test func onlyWhatAllGroupsHaveCommittedIsDropped() throws {
        var state = state(streams: 1)
        _ = try state.take(frames(key(1), 1...10), now: 0)
        _ = state.synced(frames(key(1), 1...10).map { ($0.key, $0.number) })
        #expect(state.commit(group: "a", cursors: [zero: Cursor([key(1).stream: 99])]).map(\.number) == [10])
        #expect(state.drop(key(1)) == nil)
        _ = state.commit(group: "b", cursors: [zero: Cursor([key(1).stream: 4])])
        #expect(state.drop(key(1)) == 4)
        #expect(state.drop(key(1)) == nil)
        #expect(state.commit(group: "b", cursors: [zero: Cursor([key(1).stream: 3, key(7).stream: 3])]).isEmpty)
    }

    @Test func aTopicWithoutGroupsKeepsEverything() throws {
        var state = state(groups: [], streams: 1)
        _ = try state.take(frames(key(1), 1...2), now: 0)
        _ = state.synced([(key(1), 1), (key(1), 2)])
        #expect(state.drop(key(1)) == nil)
    }

    @Test func termsOnlyRise() throws {
        var state = state(streams: 1)
        #expect(try state.announce(term: 0, group: "a", partition: zero) == false)
        #expect(try state.announce(term: 3, group: "a", partition: zero) == true)
        #expect(try state.announce(term: 3, group: "a", partition: zero) == false)
        #expect(
            code { () throws(QueueError) in _ = try state.announce(term: 2, group: "a", partition: zero) } == .staleTerm
        )
        #expect(try state.announce(term: 1, group: "b", partition: zero) == true)
    }

    @Test func streamsThatNobodyCanMissAreForgotten() throws {
        var state = state(groups: ["a"], streams: 1, 2, 3)
        for stream: UInt64 in 1...3 {
            _ = try state.take(frames(key(stream), 1...2), now: 1000)
            _ = state.synced([(key(stream), 1), (key(stream), 2)])
        }
        let committed = Cursor([key(1).stream: 2, key(2).stream: 1, key(3).stream: 2])
        _ = state.commit(group: "a", cursors: [zero: committed])
        #expect(state.forgetDrained(zero, now: 600_999).isEmpty)
        #expect(state.forgetDrained(zero, now: 601_000) == [key(1)])
        #expect(state.committed["a"]?[zero] == Cursor([key(2).stream: 1, key(3).stream: 2]))
        #expect(refusal(&state, frames(key(1), 3...3)) == .unknownStream)
    }

    private static let someStream = StreamKey(
        partition: PartitionIndex(rawValue: 4095), stream: StreamID(openedUnixMilliseconds: 1 << 40, random: .max))

    @Test(arguments: [
        TopicNote.opening(someStream),
        .commit(someStream, group: "store", number: 1 << 60),
        .term(PartitionIndex(rawValue: 7), group: "a group whose name is long", term: 12),
    ])
    func notesAreReadAsTheyWereWritten(note: TopicNote) throws {
        #expect(try TopicNote(key: note.key, value: note.value) == note)
        #expect(code { () throws(QueueError) in _ = try TopicNote(key: note.key, value: [2]) } == .unsupportedVersion)
        #expect(code { () throws(QueueError) in _ = try TopicNote(key: [9] + note.key, value: note.value) } == .corrupt)
        #expect(code { () throws(QueueError) in _ = try TopicNote(key: [], value: []) } == .corrupt)
    }
}
