import Foundation
import Testing

/// A site starts from the snapshots of its look-ups, and from the topic where they are damaged.
@Suite(.timeLimit(.minutes(5)))
struct LookupSnapshotTests {
    @Test func followersAreReachedWithASnapshotAndWithADamagedOne() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let port = try Server.freePort()
        var server = try await Server.up(data: data, port: port)
        let alice = try await Person.signUp("alice", at: server.base)
        let bob = try await Person.signUp("bob", at: server.base)
        try await bob.follow(alice)
        var ids: [String] = []
        for scope in ["recipients", "authors"] {
            try await eventually("there is a snapshot of \(scope)") {
                Self.snapshots(data, scope).isEmpty ? nil : true
            }
        }
        for damages in [false, true] {
            try await server.process.terminate()
            let files = ["recipients", "authors"].flatMap { Self.snapshots(data, $0) }
            #expect(files.count >= 2)
            if damages { for file in files { try Self.damage(file) } }
            server = try await Server.up(data: data, port: port)
            ids.insert(try await alice.post("restarted"), at: 0)
            let expected = ids
            try await eventually("bob has what alice posted") {
                try await bob.timeline("/api/v1/timelines/home") == expected ? true : nil
            }
            let errors = server.process.standardError
            #expect(errors.contains("the look-up starts from a snapshot") == !damages, "\(errors)")
            for file in files where damages {
                #expect(errors.contains(file), "\(file) is not named: \(errors)")
            }
        }
        try await server.process.terminate()
    }

    private static func snapshots(_ data: String, _ scope: String) -> [String] {
        let directory = "\(data)/shared/lookups/\(scope)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasSuffix(".snapshot") }.map { "\(directory)/\($0)" }
    }

    private static func damage(_ file: String) throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: file))
    }
}
