import HashRing
import Synchronization
import Testing

@testable import Queue

/// The state machine alone: what it wants done after which events.
@Suite struct ProducerMachineTests {
    private func machine(nodes: Int = 3, copies: Int = 1, underWay: Int = 4) -> ProducerMachine {
        var settings = ProducerMachine.Settings()
        settings.copies = copies
        settings.requestsUnderWayMax = underWay
        let streams = Counter()
        return ProducerMachine(
            nodes: (0..<nodes).map { "q\($0)" }, settings: settings,
            preference: { partition in (0..<nodes).map { (Int(partition.rawValue) + $0) % nodes } },
            newStream: { StreamID(openedUnixMilliseconds: streams.next(), random: 0) })
    }

    private final class Counter: Sendable {
        private let value = Atomic<UInt64>(0)
        func next() -> UInt64 { value.wrappingAdd(1, ordering: .relaxed).newValue }
    }

    private let ok: Result<Void, QueueError> = .success(())
    private func failure(_ code: QueueError.Code) -> Result<Void, QueueError> { .failure(QueueError(code, "test")) }

    private func frames(_ texts: String..., in partition: UInt16 = 0) -> [OutgoingFrame] {
        texts.map { OutgoingFrame(partition: PartitionIndex(rawValue: partition), bytes: Array($0.utf8)) }
    }

    @Test func framesWaitForTheirStreamAndAreNumbered() {
        var machine = machine()
        machine.enqueue(frames("a", "b"), ticket: 1, now: 0)
        #expect(machine.steps() == ["open 0: 1"])
        machine.opened(0, ok, now: 0)
        #expect(machine.steps() == ["append 0 #1: 1/1=a 1/2=b"])
        machine.enqueue(frames("c"), ticket: 2, now: 0)
        #expect(machine.steps() == ["append 0 #2: 1/3=c"])
        machine.appended(1, ok, now: 0)
        #expect(machine.steps() == ["release 2", "finish 1"])
        machine.appended(2, ok, now: 0)
        #expect(machine.steps() == ["release 1", "finish 2"])
    }

    @Test func callsHandedOverTogetherShareRequestsAndEndEachForItself() {
        var machine = machine(nodes: 2)
        machine.enqueue([frames("a"), frames("b", in: 1), frames("c", in: 2)], firstTicket: 1, now: 0)
        #expect(machine.steps() == ["open 0: 1 3", "open 1: 2"])
        machine.opened(0, ok, now: 0)
        #expect(machine.steps() == ["append 0 #1: 1/1=a 3/1=c"])
        machine.opened(1, ok, now: 0)
        #expect(machine.steps() == ["append 1 #2: 2/1=b"])
        // Node 1 does not answer: that holds nobody else up.
        machine.appended(1, ok, now: 0)
        #expect(machine.steps() == ["release 1", "finish 1", "release 1", "finish 3"])
    }

    @Test func openingsAndFramesAreSentTogether() {
        var machine = machine(nodes: 1, underWay: 1)
        machine.enqueue(frames("a"), ticket: 1, now: 0)
        #expect(machine.steps() == ["open 0: 1"])
        machine.enqueue(frames("b", in: 1), ticket: 2, now: 0)
        machine.enqueue(frames("c", in: 2), ticket: 3, now: 0)
        #expect(machine.steps().isEmpty)
        machine.opened(0, ok, now: 0)
        #expect(machine.steps() == ["open 0: 2 3", "append 0 #1: 1/1=a"])
        machine.opened(0, ok, now: 0)
        machine.enqueue(frames("d"), ticket: 4, now: 0)
        #expect(machine.steps().isEmpty)
        machine.appended(1, ok, now: 0)
        #expect(machine.steps() == ["release 1", "finish 1", "append 0 #2: 2/1=b 3/1=c 1/2=d"])
    }

    @Test func aFrameIsAcknowledgedWhenAllCopiesAre() {
        var machine = machine(copies: 2)
        machine.enqueue(frames("a"), ticket: 1, now: 0)
        #expect(machine.steps() == ["open 0: 1", "open 1: 1"])
        machine.opened(1, ok, now: 0)
        #expect(machine.steps().isEmpty)
        machine.opened(0, ok, now: 0)
        #expect(machine.steps() == ["append 0 #1: 1/1=a", "append 1 #2: 1/1=a"])
        machine.appended(2, ok, now: 0)
        #expect(machine.steps().isEmpty)
        machine.appended(1, ok, now: 0)
        #expect(machine.steps() == ["release 1", "finish 1"])
    }

    @Test func whatIsUnconfirmedGoesOutAgainInOrderInANewStream() {
        var machine = machine()
        machine.enqueue(frames("a", "b"), ticket: 1, now: 0)
        machine.opened(0, ok, now: 0)
        machine.enqueue(frames("c"), ticket: 2, now: 0)
        _ = machine.steps()
        machine.appended(1, ok, now: 0)
        machine.enqueue(frames("d"), ticket: 3, now: 0)
        #expect(machine.steps() == ["release 2", "finish 1", "append 0 #3: 1/4=d"])
        machine.appended(2, failure(.temporary), now: 0)
        #expect(machine.steps() == ["open 1: 2"])
        // The other request of the old stream is of no interest any more, whatever became of it.
        machine.appended(3, ok, now: 0)
        #expect(machine.steps().isEmpty)
        machine.opened(1, ok, now: 0)
        #expect(machine.steps() == ["append 1 #4: 2/1=c 2/2=d"])
        machine.appended(4, ok, now: 0)
        #expect(machine.steps() == ["release 2", "finish 2", "finish 3"])
    }

    @Test func theOtherStreamsOfAFailedNodeMoveToo() {
        var machine = machine()
        machine.enqueue(frames("a"), ticket: 1, now: 0)
        machine.opened(0, ok, now: 0)
        machine.appended(1, ok, now: 0)
        machine.enqueue(frames("x", in: 3), ticket: 2, now: 0)
        _ = machine.steps()
        machine.opened(0, failure(.closed), now: 0)
        #expect(machine.steps() == ["open 1: 3"])
        machine.enqueue(frames("b"), ticket: 3, now: 0)
        machine.opened(1, ok, now: 0)
        // Partition 0 had nothing under way: it finds its new node with its next frame.
        #expect(machine.steps() == ["open 1: 4", "append 1 #2: 3/1=x"])
    }

    @Test func anUnknownStreamIsOpenedAnewOnTheSameNode() {
        var machine = machine()
        machine.enqueue(frames("a"), ticket: 1, now: 0)
        machine.opened(0, ok, now: 0)
        _ = machine.steps()
        machine.appended(1, failure(.unknownStream), now: 0)
        #expect(machine.steps() == ["open 0: 2"])
    }

    @Test func aNodeThatRefusesEveryStreamIsLeft() {
        var machine = machine()
        machine.enqueue(frames("a"), ticket: 1, now: 0)
        var opened: [String] = []
        for request in 1...4 {
            opened += machine.steps()
            machine.opened(0, ok, now: 0)
            _ = machine.steps()
            machine.appended(UInt64(request), failure(.unknownStream), now: 0)
        }
        opened += machine.steps()
        #expect(opened == ["open 0: 1", "open 0: 2", "open 0: 3", "open 0: 4", "open 1: 5"])
    }

    @Test func withoutLivingNodesItLooksForTwoSecondsAndThenRefuses() throws {
        var machine = machine(nodes: 1)
        machine.enqueue(frames("a", "b"), ticket: 1, now: 0)
        machine.enqueue(frames("c"), ticket: 2, now: 0)
        var now: UInt64 = 0
        var wakes: Set<UInt64> = []
        var told: [String] = []
        while now < 10_000, told.isEmpty {
            let steps = machine.steps()
            for step in steps where step.hasPrefix("open") { machine.opened(0, failure(.temporary), now: now) }
            for step in steps where step.hasPrefix("wake") { wakes.insert(now + (UInt64(step.dropFirst(5)) ?? 0)) }
            told = steps.filter { $0.hasPrefix("release") || $0.hasPrefix("finish") }
            guard steps.isEmpty else { continue }
            now = try #require(wakes.min())
            wakes.remove(now)
            machine.tick(now: now)
        }
        #expect(now >= 1500 && now <= 4000)
        #expect(told == ["release 3", "finish 1: temporary", "finish 2: temporary"])
        // Trouble that is known is told at once, and a node that is back is used at once.
        _ = machine.steps()
        machine.enqueue(frames("d"), ticket: 3, now: now)
        let steps = machine.steps()
        if steps.first?.hasPrefix("open") == true {
            machine.opened(0, failure(.temporary), now: now)
            #expect(machine.steps() == ["release 1", "finish 3: temporary"])
        } else {
            #expect(steps == ["release 1", "finish 3: temporary"])
        }
        machine.enqueue(frames("e"), ticket: 4, now: now + 3000)
        #expect(machine.steps() == ["open 0: "])
        machine.opened(0, ok, now: now + 3000)
        #expect(machine.steps().first?.hasPrefix("open 0: ") == true)
        machine.opened(0, ok, now: now + 3000)
        #expect(machine.steps().contains { $0.contains("append") })
    }

    @Test func framesDoNotWaitAgainForANodeThatHung() {
        var machine = machine()
        machine.enqueue(frames("a"), ticket: 1, now: 0)
        #expect(machine.steps() == ["open 0: 1"])
        machine.opened(0, failure(.temporary), now: 3_000)
        #expect(machine.steps() == ["open 1: 2"])
        machine.opened(1, ok, now: 3_000)
        machine.appended(1, ok, now: 3_000)
        _ = machine.steps()
        // Long after: another partition that prefers the node goes elsewhere, and the node is asked once.
        machine.enqueue(frames("x", in: 3), ticket: 2, now: 60_000)
        #expect(machine.steps() == ["open 0: ", "open 1: 3"])
        machine.opened(1, ok, now: 60_000)
        machine.appended(2, ok, now: 60_000)
        #expect(machine.steps() == ["append 1 #2: 3/1=x", "release 1", "finish 2"])
        machine.enqueue(frames("y", in: 6), ticket: 3, now: 61_000)
        #expect(machine.steps() == ["open 1: 4"])
        machine.opened(0, failure(.temporary), now: 63_000)
        // It is left alone for a moment, asked again, and used once it has answered.
        machine.enqueue(frames("z", in: 9), ticket: 4, now: 63_001)
        #expect(machine.steps().isEmpty)
        machine.enqueue(frames("v", in: 12), ticket: 5, now: 70_000)
        #expect(machine.steps() == ["open 0: "])
        machine.opened(0, ok, now: 70_000)
        machine.enqueue(frames("w", in: 15), ticket: 6, now: 70_000)
        #expect(machine.steps() == ["open 0: 7"])
    }

    /// Where no other node is there the frames wait for the answer, and are refused when it is a bad one.
    @Test func theOnlyNodeIsAskedBeforeKnownTroubleIsToldAgain() {
        var machine = machine(nodes: 1)
        machine.enqueue(frames("a"), ticket: 1, now: 0)
        machine.opened(0, failure(.temporary), now: 0)
        for now: UInt64 in [100, 3_100] {
            machine.tick(now: now)
            machine.opened(0, failure(.temporary), now: now)
        }
        #expect(machine.steps().contains("finish 1: temporary"))
        machine.enqueue(frames("b"), ticket: 2, now: 60_000)
        #expect(machine.steps() == ["open 0: "])
        machine.opened(0, failure(.temporary), now: 63_000)
        #expect(machine.steps() == ["release 1", "finish 2: temporary"])
    }

    @Test func fullNodesAreLeftForOthersAndIfAllAreFullItSaysSo() {
        var machine = machine(nodes: 2)
        machine.enqueue(frames("a"), ticket: 1, now: 0)
        machine.opened(0, ok, now: 0)
        _ = machine.steps()
        machine.appended(1, failure(.full), now: 0)
        #expect(machine.steps() == ["open 1: 2"])
        machine.opened(1, failure(.full), now: 0)
        #expect(machine.steps().first?.hasPrefix("wake") == true)
        for now: UInt64 in stride(from: 40, through: 6000, by: 40) {
            machine.tick(now: now)
            for (index, node) in machine.nodes.enumerated() where !node.opening.isEmpty || node.isProbing {
                machine.opened(index, failure(.full), now: now)
            }
        }
        let steps = machine.steps()
        #expect(steps.contains("finish 1: full"))
    }

    @Test func anInvalidRequestIsToldToTheCallerAndNotTriedAgain() {
        var machine = machine()
        machine.enqueue(frames("a"), ticket: 1, now: 0)
        _ = machine.steps()
        machine.opened(0, failure(.invalid), now: 0)
        #expect(machine.steps() == ["release 1", "finish 1: invalid"])
    }

    @Test func anIdleStreamReturnsToItsPreferredNode() {
        var machine = machine()
        machine.enqueue(frames("a"), ticket: 1, now: 0)
        machine.opened(0, failure(.temporary), now: 0)
        machine.opened(1, ok, now: 0)
        machine.appended(1, ok, now: 0)
        _ = machine.steps()
        machine.enqueue(frames("b"), ticket: 2, now: 29_000)
        #expect(machine.steps() == ["append 1 #2: 2/2=b"])
        machine.appended(2, ok, now: 29_000)
        machine.enqueue(frames("c"), ticket: 3, now: 31_000)
        #expect(machine.steps() == ["release 1", "finish 2", "open 0: ", "append 1 #3: 2/3=c"])
        machine.appended(3, ok, now: 31_000)
        machine.opened(0, ok, now: 31_000)
        machine.enqueue(frames("d"), ticket: 4, now: 31_001)
        #expect(machine.steps() == ["release 1", "finish 3", "open 0: 3"])
    }

    @Test func requestsHaveASizeAndPartitionsTakeTurns() {
        var machine = machine(nodes: 1, underWay: 1)
        let big = OutgoingFrame(partition: PartitionIndex(rawValue: 0), bytes: [UInt8](repeating: 0, count: 3 << 20))
        machine.enqueue([big, big, big], ticket: 1, now: 0)
        machine.enqueue(frames("small", in: 1), ticket: 2, now: 0)
        _ = machine.steps()
        machine.opened(0, ok, now: 0)
        machine.opened(0, ok, now: 0)
        #expect(machine.requestSizes() == [2])
        machine.appended(1, ok, now: 0)
        #expect(machine.requestSizes() == [2])
        machine.appended(2, ok, now: 0)
        #expect(machine.requestSizes().isEmpty)
    }
}

extension ProducerMachine {
    /// The actions as text.
    fileprivate mutating func steps() -> [String] {
        takeActions().map { action in
            switch action {
            case .open(let node, let streams):
                return "open \(node): " + streams.map { "\($0.stream.openedUnixMilliseconds)" }.joined(separator: " ")
            case .append(let node, let request, let frames):
                let texts = frames.map { frame in
                    "\(frame.key.stream.openedUnixMilliseconds)/\(frame.number)=\(String(decoding: frame.bytes, as: UTF8.self))"
                }
                return "append \(node) #\(request): " + texts.joined(separator: " ")
            case .finish(let ticket, .success): return "finish \(ticket)"
            case .finish(let ticket, .failure(let error)): return "finish \(ticket): \(error.code)"
            case .release(let bytes): return "release \(bytes)"
            case .wake(let milliseconds): return "wake \(milliseconds)"
            }
        }
    }

    /// How many frames each append request has.
    fileprivate mutating func requestSizes() -> [Int] {
        takeActions().compactMap { if case .append(_, _, let frames) = $0 { frames.count } else { nil } }
    }
}
