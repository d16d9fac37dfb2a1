import DurableFiles
import HashRing
import Queue
import StatuscastModel
import Testing

@testable import Receive

/// The role over the engine that it runs on, on real files.
@Suite struct RingQueueRoleTests {
    private func open(_ directory: TemporaryDirectory) throws -> RingQueue {
        let topics = Topics.all.map { TopicSpec(name: $0.topic, groups: $0.groups) }
        let node = try LocalNode(name: "q1", directory: directory.path + "/q1", topics: topics)
        return RingQueue(nodes: [(node: node, weight: 1)])
    }

    @Test func everythingArrivesAcrossARestartOfQueueAndRole() async throws {
        let directory = try TemporaryDirectory()
        let authors = [World.ada, World.bob, World.pia]
        let moments = (1...150).map { UInt64($0 * 1_000) }
        var accepted: Set<UInt64> = []
        var delivered: Set<UInt64> = []
        for part in [moments[..<80], moments[80...]] {
            let queue = try open(directory)
            if part.startIndex == 0 {
                try await queue.append(World.accounts + [World.follow(50 << 16, World.bob, World.ada)])
            }
            // A consumer that commits nothing keeps everything, so that the readers below find it.
            let role = RunningRole(queue, shared: directory.path)
            for (index, moment) in part.enumerated() {
                try await queue.append(
                    .post(StatusDraft(id: World.status(moment), author: authors[index % 3], text: "status \(moment)")))
            }
            let deliveries = [Lane.normal, .priority].map { TopicReader(queue: queue, topic: $0.topic) }
            let half = Set(part.map { World.status($0).rawValue })
            // The first part is cut short in the middle.
            try await eventually("enough is spread") {
                let found = try await deliveries[0].deliveries().map(\.item.id)
                return part.startIndex == 0 ? found.count > 10 : half.isSubset(of: found)
            }
            #expect(try await role.stop() < .seconds(2))
            for case .accepted(let status) in try await TopicReader(queue: queue, topic: Topics.accepted).verdicts() {
                accepted.insert(status.id.rawValue)
            }
            for reader in deliveries { delivered.formUnion(try await reader.deliveries().map(\.item.id)) }
            await queue.close()
        }
        #expect(accepted == Set(moments.map { World.status($0).rawValue }))
        #expect(delivered.isSuperset(of: accepted))
    }
}
