import DurableFiles
import Foundation
import Queue
import QueueConformance
import SegmentLog

/// A directory that is gone after the test.
func withTemporaryDirectory<T>(_ body: (String) async throws -> T) async throws -> T {
    let path = NSTemporaryDirectory() + "statuscast-queue-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

/// Small files, so that a test that makes many logs stays quick.
func smallLogs() -> SegmentLogConfiguration {
    var configuration = SegmentLogConfiguration()
    configuration.segmentBytes = 16 << 20
    configuration.growthBytes = 128 << 10
    return configuration
}

/// Opening a node blocks on files, which has no place on the threads that run all the tests.
private let openers = FileThreads(name: "test-openers", count: 4)

func localNode(
    _ name: String, in directory: String, topics: [TopicSpec] = QueueConformance.topics,
    configuration: SegmentLogConfiguration = smallLogs()
) async throws -> LocalNode {
    try await openers.run {
        try LocalNode(name: name, directory: "\(directory)/\(name)", topics: topics, configuration: configuration)
    }
}

func localNodes(_ names: [String], in directory: String, topics: [TopicSpec] = QueueConformance.topics) async throws
    -> [LocalNode]
{
    var nodes: [LocalNode] = []
    for name in names { nodes.append(try await localNode(name, in: directory, topics: topics)) }
    return nodes
}

/// The engine over nodes in this process, under one directory.
func ringQueue(
    _ names: [String], in directory: String, requirements: ConformanceRequirements = .init()
) async throws -> RingQueue {
    let nodes = try await localNodes(names, in: directory, topics: requirements.topics)
    return RingQueue(nodes: nodes.map { ($0, 1) }, outstandingBytesMax: requirements.outstandingBytesMax)
}
