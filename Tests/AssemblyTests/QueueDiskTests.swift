import Foundation
import Queue
import StatuscastModel
import Testing

@testable import Assembly

struct QueueDiskTests {
    private let directory = NSTemporaryDirectory()

    @Test func whatMattersMoreKeepsItsRoomLonger() throws {
        let topics = try QueueDisk(reserveBytes: 6_000).topics(at: directory)
        let kept = Dictionary(uniqueKeysWithValues: topics.map { ($0.name, $0.keepFreeBytes) })
        #expect(
            kept == [
                "accounts": 0, "receive.priority": 1_000, "receive": 2_000, "accepted": 3_000,
                "deliver.priority": 4_000, "deliver.normal": 5_000, "deliver.bulk": 6_000,
            ])
        #expect(topics.allSatisfy { $0.quotaBytes == nil })
        #expect(topics.map(\.name) == Topics.all.map(\.topic))
    }

    @Test func topicsForRouteWorkersGiveWayToAllOthers() throws {
        let disk = QueueDisk(quotaBytes: ["route.alerts": 1 << 30], reserveBytes: 6_000, routeTopics: ["route.alerts"])
        let topics = try disk.topics(at: directory)
        let route = try #require(topics.last)
        #expect(route.name == "route.alerts" && route.groups == [Topics.Group.route] && route.quotaBytes == 1 << 30)
        #expect(topics.dropLast().allSatisfy { $0.keepFreeBytes < route.keepFreeBytes })
    }

    @Test func theReserveGoesByTheDiskAndIsBounded() throws {
        let reserve = try QueueDisk().topics(at: directory).map(\.keepFreeBytes).max() ?? 0
        #expect(reserve > 0 && reserve <= QueueDisk.reserveBytesMax)
    }

    @Test func quotasAreThoseOfTheirTopics() throws {
        let quota = QueueDisk(quotaBytes: ["deliver.bulk": 1 << 30], reserveBytes: 0)
        #expect(try quota.topics(at: directory).compactMap(\.quotaBytes) == [1 << 30])
    }
}
