import Foundation
import StatuscastModel
import Synchronization
import Testing

@testable import Receive

/// The operator's list in a role that runs: what is copied to a topic `route.*`, and what is not.
@Suite struct RouteActionTests {
    private func draft(_ moment: UInt64, _ text: String) -> ReceiveEvent {
        .post(StatusDraft(id: World.status(moment), author: World.ada, text: text))
    }

    @Test func copiesGoToTheTopicsThatThereAre() async throws {
        let directory = try TemporaryDirectory()
        let list = directory.path + "/terms"
        try "copy:route.alerts word outage\ncopy:route.nowhere word outage\nrefuse word casino\n"
            .write(toFile: list, atomically: true, encoding: .utf8)
        let queue = MemoryQueue()
        try await queue.append(World.accounts)
        let events = [draft(1_000, "an outage"), draft(2_000, "nothing"), draft(3_000, "outage of the casino")]
        for event in events { try await queue.append(event) }
        let role = RunningRole(queue, shared: directory.path) {
            $0.hooks.termListPath = list
            $0.hooks.routeTopics = ["route.alerts"]
        }
        let accepted = TopicReader(queue: queue, topic: Topics.accepted)
        try await eventually("all are judged") { try await accepted.items().count == 3 }
        let copies = try await TopicReader(queue: queue, topic: "route.alerts").items()
        #expect(copies.count == 1, "a refused status is copied nowhere")
        let copy = try RouteItem(decoding: try #require(copies.first).item[...])
        #expect(copy.id == World.status(1_000).rawValue && copy.author == World.ada && copy.recipient == nil)
        #expect(copy.hook == "list" && copy.content == .draft)
        #expect(try ReceiveEvent(decoding: copy.bytes) == events[0])
        #expect(queue.frameCount("route.nowhere") == 0, "nobody has configured it")
        try await role.stop()
    }

    @Test func aFullRouteTopicDoesNotStopStatuses() async throws {
        let directory = try TemporaryDirectory()
        let list = directory.path + "/terms"
        try "copy:route.alerts word outage\n".write(toFile: list, atomically: true, encoding: .utf8)
        let queue = MemoryQueue()
        queue.state.withLock { $0.full = ["route.alerts"] }
        try await queue.append(World.accounts)
        let role = RunningRole(queue, shared: directory.path) {
            $0.hooks.termListPath = list
            $0.hooks.routeTopics = ["route.alerts"]
        }
        try await queue.append(draft(1_000, "an outage"))
        let accepted = TopicReader(queue: queue, topic: Topics.accepted)
        try await eventually("it is judged") { try await accepted.items().count == 1 }
        let delivered = TopicReader(queue: queue, topic: Lane.normal.topic)
        try await eventually("it is spread") { try await !delivered.items().isEmpty }
        try await role.stop()
    }
}
