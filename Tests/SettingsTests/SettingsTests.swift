import ArgumentParser
import Foundation
import HashRing
import Settings
import Testing

struct SettingsTests {
    private func temporary() throws -> String {
        let path = NSTemporaryDirectory() + "settings-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test func theFirstWritesTheClusterFileAndAllReadTheSame() async throws {
        let path = try temporary()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let sixteen = try #require(PartitionCount(rawValue: 16))
        let files = try await withThrowingTaskGroup(of: ClusterFile.self) { group in
            for index in 0..<8 {
                group.addTask {
                    try ClusterFile.load(
                        sharedDirectory: path, initial: ClusterFile(partitions: index == 0 ? sixteen : .default))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(files).count == 1)
        #expect(try ClusterFile.load(sharedDirectory: path) == files[0])
    }

    @Test(arguments: [
        ("{\"version\":2,\"partitions\":32,\"userShards\":1,\"messageShards\":1}", "newer release"),
        ("{\"version\":1,\"partitions\":31,\"userShards\":1,\"messageShards\":1}", "cannot be"),
        ("nonsense", "damaged"), ("", "damaged"),
    ])
    func aClusterFileThatCannotBeUsedSaysWhy(content: String, expected: String) throws {
        let path = try temporary()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(content.utf8).write(to: URL(fileURLWithPath: path + "/cluster.json"))
        let error = #expect(throws: SettingsError.self) { try ClusterFile.load(sharedDirectory: path) }
        #expect(error?.description.contains(expected) == true)
        #expect(error?.description.contains(path) == true)
    }

    @Test func theDataDirectoryIsMadeButNotItsParents() throws {
        let path = try temporary()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let data = DataDirectory(path + "/data/")
        try data.prepare()
        try data.prepare()
        #expect(FileManager.default.fileExists(atPath: path + "/data/shared"))
        let attributes = try FileManager.default.attributesOfItem(atPath: path + "/data")
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        let error = #expect(throws: SettingsError.self) { try DataDirectory(path + "/no/data").prepare() }
        #expect(error?.description.contains(path + "/no") == true)
    }

    @Test(arguments: ["", "Q1", "1q", "a_b", "../x", String(repeating: "a", count: 33)])
    func namesThatAreNoNodeNamesAreRefused(name: String) {
        #expect(!QueueNodeName.isValid(name))
    }

    @Test func nodesHaveTheirSocketInTheDataDirectoryByDefault() throws {
        let options = try QueueOptions.parse(["--queue-nodes", "q1,q2=tcp:10.0.0.2:4001"])
        func settings(_ data: String) throws -> EffectiveSettings {
            let flags = options.given + [GivenFlag(name: "data", text: data, flag: "--data")]
            return try SettingsSources(flags: flags).load()
        }
        let nodes = try settings("/srv/data").queueNodes
        #expect(nodes.map(\.name) == ["q1", "q2"])
        #expect(nodes.map(\.address) == ["unix:/srv/data/run/queue-q1.sock", "tcp:10.0.0.2:4001"])
        #expect(throws: ConfigurationFaults.self) {
            try SettingsSources(flags: QueueOptions.parse(["--queue-nodes", "q1,q1"]).given).load()
        }
        #expect(throws: SettingsError.self) {
            try settings("/" + String(repeating: "long", count: 30)).queueNodes
        }
    }
}
