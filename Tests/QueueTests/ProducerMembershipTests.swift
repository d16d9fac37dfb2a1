import HashRing
import Synchronization
import Testing

@testable import Queue

/// The producer's state machine while nodes come, are drained and come back: events in an order that a seed gives.
@Suite struct ProducerMembershipTests {
    @Test(arguments: Array(UInt64(1)...60) + [UInt64.random(in: 61...999_999)])
    func nothingIsLostRefusedOrOutOfOrder(seed: UInt64) {
        var cluster = SimulatedCluster(seed: seed)
        for _ in 0..<2_000 { cluster.step() }
        cluster.settle()
        #expect(cluster.refused.isEmpty, "seed \(seed): tickets were refused")
        #expect(cluster.finished.count == Int(cluster.lastTicket), "seed \(seed): tickets are open")
        for ticket in 1...cluster.lastTicket {
            #expect(cluster.arrived.joined().contains(ticket), "seed \(seed): \(ticket) is stored nowhere")
        }
        for (partition, tickets) in cluster.arrived.enumerated() {
            #expect(tickets == tickets.sorted(), "seed \(seed): partition \(partition) is out of order")
        }
    }

    /// Without this the test above could pass with streams that never move.
    @Test func streamsMoveWhileFramesAreUnderWay() {
        var cluster = SimulatedCluster(seed: 5)
        for _ in 0..<2_000 { cluster.step() }
        #expect(cluster.streamsUsed > 20)
    }
}

/// Nodes that follow the rules of `TopicState`, a producer, and a random that decides what happens next.
private struct SimulatedCluster {
    private static let partitions = 3

    private var random: SeededRandom
    private var machine: ProducerMachine
    private var nodes: [TopicState] = []
    private var active: [Int] = [0, 1, 2]
    /// Answers are given in the order of the calls to a node; openings overtake.
    private var calls: [[ProducerMachine.Action]] = [[], [], []]
    private var openings: [(node: Int, keys: [StreamKey])] = []
    private var now: UInt64 = 0
    private var streams: Set<StreamID> = []

    private(set) var lastTicket: UInt64 = 0
    private(set) var finished: Set<UInt64> = []
    private(set) var refused: [String] = []
    /// Tickets by partition, in the order in which they were first stored anywhere.
    private(set) var arrived: [[UInt64]] = Array(repeating: [], count: SimulatedCluster.partitions)

    var streamsUsed: Int { streams.count }

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        let numbers = SeededStreams(seed: seed)
        machine = ProducerMachine(
            nodes: ["q0", "q1", "q2"], settings: .init(), preference: { _ in [0, 1, 2] },
            newStream: { numbers.next() })
        nodes = Array(repeating: TopicState(groups: []), count: 3)
    }

    mutating func step() {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40: enqueue()
        case 40..<42: changeMembers()
        case 42..<46: now += UInt64.random(in: 1...40, using: &random)
        default: answerOne()
        }
        perform()
    }

    /// Lets everything that is under way end.
    mutating func settle() {
        for _ in 0..<20_000 where finished.count + refused.count < Int(lastTicket) {
            now += 5
            answerOne()
            machine.tick(now: now)
            perform()
        }
    }

    private mutating func enqueue() {
        lastTicket += 1
        let partition = PartitionIndex(rawValue: UInt16.random(in: 0..<UInt16(Self.partitions), using: &random))
        let bytes = Array("\(lastTicket)".utf8)
        machine.enqueue([OutgoingFrame(partition: partition, bytes: bytes)], ticket: lastTicket, now: now)
    }

    /// Node 0 stays, so that there is always somebody to write to; the others come, go and come back.
    private mutating func changeMembers() {
        if nodes.count < 6, Bool.random(using: &random) {
            nodes.append(TopicState(groups: []))
            calls.append([])
        }
        active = (nodes.indices.filter { $0 == 0 || Bool.random(using: &random) }).shuffled(using: &random)
        for index in nodes.indices { nodes[index].isDraining = !active.contains(index) }
        let order = active
        // Some partitions prefer others, as on a ring.
        machine.change(
            nodes: nodes.indices.map { "q\($0)" },
            preference: { partition in
                order.indices.map { order[($0 + Int(partition.rawValue)) % order.count] }
            }, now: now)
    }

    private mutating func perform() {
        for action in machine.takeActions() {
            switch action {
            case .open(let node, let keys): openings.append((node, keys))
            case .append(let node, _, _): calls[node].append(action)
            case .finish(let ticket, .success): finished.insert(ticket)
            case .finish(let ticket, .failure(let error)): refused.append("\(ticket): \(error)")
            case .release, .wake: break
            }
        }
    }

    private mutating func answerOne() {
        if !openings.isEmpty, Bool.random(using: &random) {
            let (node, keys) = openings.remove(at: Int.random(in: openings.indices, using: &random))
            return machine.opened(node, opened(node, keys), now: now)
        }
        let busy = calls.indices.filter { !calls[$0].isEmpty }
        guard let node = busy.randomElement(using: &random),
            case .append(_, let request, let frames) = calls[node].removeFirst()
        else { return }
        machine.appended(request, stored(node, frames), now: now)
    }

    private mutating func opened(_ node: Int, _ keys: [StreamKey]) -> Result<Void, QueueError> {
        do throws(QueueError) {
            nodes[node].opened(try nodes[node].open(keys, now: now))
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private mutating func stored(_ node: Int, _ frames: [NumberedFrame]) -> Result<Void, QueueError> {
        do throws(QueueError) {
            let taken = try nodes[node].take(frames, now: now)
            _ = nodes[node].synced(taken.new.map { ($0.key, $0.number) })
            for frame in taken.new {
                streams.insert(frame.key.stream)
                let partition = Int(frame.key.partition.rawValue)
                guard let ticket = UInt64(String(decoding: frame.bytes, as: UTF8.self)) else { continue }
                if !arrived[partition].contains(ticket) { arrived[partition].append(ticket) }
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}

/// Stream names that depend on the seed alone.
private final class SeededStreams: Sendable {
    private let random: Mutex<SeededRandom>
    init(seed: UInt64) { random = Mutex(SeededRandom(seed: seed &+ 1)) }
    func next() -> StreamID {
        random.withLock { StreamID(openedUnixMilliseconds: $0.next(), random: $0.next()) }
    }
}
