import Foundation
import HashRing
import Settings
import Testing

struct DomainTests {
    @Test func theFirstDomainStaysWhoeverComesFirst() async throws {
        let path = NSTemporaryDirectory() + "domain-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try ClusterFile.load(sharedDirectory: path).domain == nil)
        let domains = try await withThrowingTaskGroup(of: String?.self) { group in
            for index in 0..<4 {
                group.addTask { try ClusterFile.keep(domain: "host\(index).example", sharedDirectory: path).domain }
            }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(domains.count == 1)
        #expect(try ClusterFile.load(sharedDirectory: path).domain == domains.first)
    }

    @Test func aClusterFileOfTheFirstReleaseOpens() throws {
        let path = NSTemporaryDirectory() + "domain-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("{\"version\":1,\"partitions\":16,\"userShards\":2,\"messageShards\":3}".utf8)
            .write(to: URL(fileURLWithPath: path + "/cluster.json"))
        let kept = try ClusterFile.keep(domain: "x.example", sharedDirectory: path)
        #expect(kept.domain == "x.example" && kept.partitions.rawValue == 16)
        #expect(kept.userShards == 2 && kept.messageShards == 3)
        #expect(try ClusterFile.load(sharedDirectory: path) == kept)
    }
}
