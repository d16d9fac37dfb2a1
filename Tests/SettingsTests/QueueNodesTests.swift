import DurableFiles
import Foundation
import Logging
import Settings
import Testing

@Suite struct QueueNodesTests {
    private typealias Node = QueueMembership.Node

    private func withFile(_ body: (QueueNodesFile) async throws -> Void) async throws {
        let path = NSTemporaryDirectory() + "queue-nodes-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(QueueNodesFile(sharedDirectory: path))
    }

    private func overwrite(_ file: QueueNodesFile, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file.path))
    }

    @Test func theFirstWritesTheFileAndOthersFindIt() async throws {
        try await withFile { file in
            #expect(try file.read() == nil)
            let nodes = [Node(name: "q1"), Node(name: "q2", address: "tcp:h:1")]
            let written = try await withThrowingTaskGroup(of: QueueMembership.self) { group in
                for _ in 0..<6 { group.addTask { try file.bootstrap(nodes) } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(written == [QueueMembership(nodes: nodes)])
            #expect(try file.bootstrap([Node(name: "q1")]).nodes == nodes, "who was told nothing takes what is there")
        }
    }

    @Test func anotherFlagIsAnErrorUntilTheFileHasBeenChanged() async throws {
        try await withFile { file in
            _ = try file.bootstrap([Node(name: "q1"), Node(name: "q2")])
            let error = #expect(throws: SettingsError.self) {
                try file.bootstrap([Node(name: "q1"), Node(name: "q3")])
            }
            #expect(error?.description.contains("add-node") == true)
            let changed = try file.change(absent: QueueMembership(nodes: [])) { $0.nodes[1].state = .draining }
            #expect(changed.epoch == 2)
            #expect(try file.bootstrap([Node(name: "q1"), Node(name: "q3")]) == changed)
        }
    }

    @Test(arguments: [
        ("", "damaged"), ("{", "damaged"), ("{\"version\":1}", "damaged"), ("{\"version\":2}", "newer release"),
        ("{\"version\":1,\"epoch\":1,\"nodes\":[]}", "0 nodes"),
        ("{\"version\":1,\"epoch\":0,\"nodes\":[{\"name\":\"q1\",\"weight\":1,\"state\":\"active\"}]}", "epoch"),
        ("{\"version\":1,\"epoch\":1,\"nodes\":[{\"name\":\"../q\",\"weight\":1,\"state\":\"active\"}]}", "node name"),
        ("{\"version\":1,\"epoch\":1,\"nodes\":[{\"name\":\"q1\",\"weight\":0,\"state\":\"active\"}]}", "weight"),
        ("{\"version\":1,\"epoch\":1,\"nodes\":[{\"name\":\"q1\",\"weight\":1,\"state\":\"draining\"}]}", "no active"),
        ("{\"version\":1,\"epoch\":1,\"nodes\":[{\"name\":\"q1\",\"weight\":1,\"state\":\"gone\"}]}", "damaged"),
    ])
    func aFileThatCannotBeUsedSaysWhy(content: String, expected: String) async throws {
        try await withFile { file in
            try overwrite(file, content)
            let error = #expect(throws: SettingsError.self) { try file.read() }
            #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
            #expect(error?.description.contains(file.path) == true)
        }
    }

    @Test(.timeLimit(.minutes(1))) func aRunningProcessFollowsGoodFilesAndKeepsTheLastGoodOne() async throws {
        try await withFile { file in
            let first = try file.bootstrap([Node(name: "q1"), Node(name: "q2")])
            let watch = QueueMembershipWatch(file: file, current: first, logger: Logger(label: "test"))
            #expect(await watch.look() == false)
            let second = try file.change(absent: first) { $0.nodes[0].weight = 2 }
            #expect(await watch.look())
            #expect(watch.current == second)
            for bad in ["nonsense", "{\"version\":9}"] {
                try overwrite(file, bad)
                #expect(await watch.look() == false)
                #expect(watch.current == second)
            }
            try FileManager.default.removeItem(atPath: file.path)
            #expect(await watch.look() == false)
            // An older file that somebody has put back.
            _ = try file.bootstrap([Node(name: "q1")])
            #expect(await watch.look() == false)
            #expect(watch.current == second)
        }
    }
}
