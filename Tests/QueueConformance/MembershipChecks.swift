import HashRing
public import Queue
import Synchronization
public import Testing

/// A ring whose membership the checks change. `make` opens a node: as the queue sees it, and itself.
public final class ChangingRing: Sendable {
    public typealias Make = @Sendable (_ name: String) async throws -> (seen: any QueueNode, node: LocalNode)

    private struct Member {
        var member: RingMember
        var node: LocalNode
    }

    public let queue: RingQueue
    private let make: Make
    private let members: Mutex<[String: Member]>

    public init(_ names: [String], make: @escaping Make) async throws {
        var members: [String: Member] = [:]
        for name in names {
            let (seen, node) = try await make(name)
            members[name] = Member(member: RingMember(node: seen), node: node)
        }
        self.make = make
        self.members = Mutex(members)
        queue = RingQueue(members: names.compactMap { members[$0]?.member })
    }

    func add(_ name: String, weight: Int = 1) async throws {
        let (seen, node) = try await make(name)
        members.withLock { $0[name] = Member(member: RingMember(node: seen, weight: weight), node: node) }
        await tellQueue()
    }

    /// The node refuses at once, before the queue knows: as in a cluster whose processes look at different times.
    func drain(_ name: String) async {
        node(name)?.setDraining(true)
        members.withLock { $0[name]?.member.takesNewStreams = false }
        await tellQueue()
    }

    func setWeight(_ name: String, _ weight: Int) async {
        members.withLock { $0[name]?.member.weight = weight }
        await tellQueue()
    }

    func remove(_ name: String) async {
        members.withLock { $0[name] = nil }
        await tellQueue()
    }

    func node(_ name: String) -> LocalNode? { members.withLock { $0[name]?.node } }

    private func tellQueue() async {
        await queue.change(to: members.withLock { $0.sorted { $0.key < $1.key }.map(\.value.member) })
    }
}

/// One promise about membership, for every engine that is made of nodes.
public struct MembershipCheck: Sendable, CustomTestStringConvertible {
    public let name: String
    let body: @Sendable (ChangingRing) async throws -> Void

    public var testDescription: String { name }

    public func run(_ ring: ChangingRing) async throws {
        do {
            try await body(ring)
        } catch {
            await ring.queue.close()
            throw error
        }
        await ring.queue.close()
    }
}

extension QueueConformance {
    private static let partitions: [UInt16] = Array(0..<16)

    /// Starts with the nodes q1, q2 and q3, on fresh and empty directories.
    public static let membershipChecks: [MembershipCheck] = [
        MembershipCheck(name: "a node that is added takes the partitions that it owns, and is read at once") { ring in
            let reader = try await ring.queue.reader(of: "letters", partitions: partitions)
            try await ring.queue.append(partitions.map { frame("before", in: $0) }, to: "letters")
            _ = try await reader.take(partitions.count)
            try await ring.add("q4", weight: 2)
            try await ring.queue.append(partitions.map { frame("after", in: $0) }, to: "letters")
            #expect(try await reader.take(partitions.count).allSatisfy { $0.text == "after" })
            let held = try await ring.node("q4")?.streams(of: "letters", partitions: indices) ?? []
            let owned = indices.filter { ring.queue.ring.owner(of: $0) == "q4" }
            #expect(!owned.isEmpty)
            #expect(Set(held.map(\.key.partition)) == Set(owned))
        },
        MembershipCheck(name: "a weight that changes moves partitions") { ring in
            try await ring.queue.append(partitions.map { frame("before", in: $0) }, to: "letters")
            await ring.setWeight("q2", 0)
            let reader = try await ring.queue.reader(of: "letters", partitions: partitions)
            _ = try await reader.take(partitions.count)
            let held = try await ring.node("q2")?.streams(of: "letters", partitions: indices)
            try await ring.queue.append(partitions.map { frame("after", in: $0) }, to: "letters")
            #expect(try await reader.take(partitions.count).count == partitions.count)
            #expect(try await ring.node("q2")?.streams(of: "letters", partitions: indices) == held)
        },
        MembershipCheck(name: "a node that is drained takes nothing new, serves the rest, and goes") { ring in
            try await ring.queue.append(partitions.map { frame("before", in: $0) }, to: "letters")
            await ring.drain("q1")
            try await ring.queue.append(partitions.map { frame("after", in: $0) }, to: "letters")
            let ends = try await ring.queue.ends(of: "letters", partitions: indices)
            let reader = try await ring.queue.reader(of: "letters", partitions: partitions)
            let frames = try await reader.take(2 * partitions.count)
            #expect(Dictionary(grouping: frames, by: \.text).mapValues(\.count) == ["before": 16, "after": 16])
            let reached = cursors(behind: frames)
            #expect(indices.allSatisfy { reached[$0]?.reaches(ends[$0] ?? Cursor()) == true })
            try await ring.queue.commit("letters", group: "reader", term: 1, cursors: reached)
            try await eventually("q1 is drained") {
                try await ring.node("q1")?.stats().first { $0.topic == "letters" }?.depthFrames == 0
            }
            await ring.remove("q1")
            try await ring.queue.append(partitions.map { frame("last", in: $0) }, to: "letters")
            #expect(try await reader.take(partitions.count).allSatisfy { $0.text == "last" })
        },
        MembershipCheck(name: "what is written one after the other stays in order while nodes come and go") { ring in
            let reader = try await ring.queue.reader(of: "letters", partitions: [0, 1, 2, 3])
            async let read = reader.take(4 * 200, withinMilliseconds: 30_000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for partition in UInt16(0)..<4 {
                    group.addTask {
                        for number in 0..<200 {
                            try await ring.queue.append([frame("\(number)", in: partition)], to: "letters")
                        }
                    }
                }
                group.addTask {
                    try await ring.add("q4")
                    await ring.drain("q2")
                    await ring.setWeight("q3", 3)
                    try await ring.add("q5")
                    await ring.drain("q1")
                }
                try await group.waitForAll()
            }
            let frames = try await read
            for (_, own) in Dictionary(grouping: frames, by: \.stream) {
                let numbers = own.compactMap { Int($0.text) }
                #expect(numbers == numbers.sorted())
            }
            for partition in indices.prefix(4) {
                let texts = frames.filter { $0.partition == partition }.map(\.text)
                #expect(Set(texts) == Set((0..<200).map(String.init)))
            }
        },
    ]

    private static var indices: [PartitionIndex] { partitions.map { PartitionIndex(rawValue: $0) } }
}
