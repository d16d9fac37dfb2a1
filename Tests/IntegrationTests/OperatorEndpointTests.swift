import Foundation
import Testing

/// What each process offers its operator, and how Prometheus finds it.
@Suite(.timeLimit(.minutes(3)))
struct OperatorEndpointTests {
    private struct Group: Decodable {
        var targets: [String]
        var labels: [String: String]
    }

    private static func group(_ path: String) async throws -> Group {
        try await eventually("\(path) is written", within: .seconds(30)) {
            guard let data = FileManager.default.contents(atPath: path) else { return nil }
            return try JSONDecoder().decode([Group].self, from: data).first
        }
    }

    @Test func everyProcessOfAClusterIsFoundAndTellsOfItself() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let cluster = Cluster(data: data)
        try await cluster.start()
        let alice = try await Person.signUp("alice", at: await cluster.base)
        try await alice.post("counted")

        let expected: [(file: String, labels: [String: String], metric: String)] = [
            ("queue-q2", ["process": "queue", "instance_name": "q2"], "statuscast_queue_depth_frames{"),
            ("store", ["process": "store", "instance_name": ""], "statuscast_store_"),
            ("receive", ["process": "receive", "instance_name": ""], "statuscast_receive_items_total{"),
            (
                "deliver-bulk", ["process": "deliver", "instance_name": "", "lane": "bulk"],
                "statuscast_deliver_"
            ),
            ("api", ["process": "api", "instance_name": ""], "statuscast_api_appended_items_total"),
        ]
        for (file, labels, metric) in expected {
            let group = try await Self.group("\(data)/run/metrics/\(file).json")
            #expect(group.labels == labels)
            let target = Client("http://" + (try #require(group.targets.first)))
            #expect(try await target.get("/health/live").status == 200)
            try await eventually("\(file) is ready", within: .seconds(30)) {
                try await target.get("/health/ready").status == 200 ? true : nil
            }
            try await eventually("\(file) has \(metric)") {
                try await target.get("/metrics").text.contains(metric) ? true : nil
            }
        }
        // Three nodes, the store, the judge, three lanes and the front.
        #expect(try FileManager.default.contentsOfDirectory(atPath: data + "/run/metrics").count == 9)
        #expect(try await Client(await cluster.base).get("/metrics").status == 404)

        // A worker without its queue says so.
        let front = Client("http://" + (try await Self.group("\(data)/run/metrics/api.json")).targets[0])
        for key in await cluster.keys(of: "queue") { try await cluster.kill(key) }
        try await eventually("the front is not ready") {
            let answer = try await front.get("/health/ready")
            return answer.status == 503 && answer.text.contains("the queue does not answer") ? true : nil
        }
        for key in await cluster.keys(of: "queue") { try await cluster.start(key) }
        try await cluster.stop()
        #expect(try FileManager.default.contentsOfDirectory(atPath: data + "/run/metrics") == [])
    }

    /// Prometheus runs as a user of its own, and units have a umask that shuts everybody out.
    @Test func everybodyMayReadATargetFileWhateverTheUmask() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let node = try ChildProcess(
            "sh",
            [
                "-c", "umask 077; exec \"$0\" \"$@\"", try Products.path("statuscast-queue"), "--name", "q1",
                "--data", data,
            ], from: "/bin")
        let path = "\(data)/run/metrics/queue-q1.json"
        _ = try await Self.group(path)
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(path) == 0o644)
        #expect(try mode(data + "/shared") == 0o700)
        try await node.terminate()
    }

    @Test func aBacklogShowsByTopicAndGroup() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let cluster = Cluster(data: data)
        try await cluster.start()
        let alice = try await Person.signUp("alice", at: await cluster.base)
        try await cluster.terminate("receive")
        try await alice.post("waits for the judge")
        func depth() async throws -> Double {
            var total = 0.0
            for node in ["q1", "q2", "q3"] {
                let group = try await Self.group("\(data)/run/metrics/queue-\(node).json")
                let page = try await Client("http://" + group.targets[0]).get("/metrics").text
                for line in page.split(separator: "\n")
                where line.hasPrefix("statuscast_queue_depth_frames{") && line.contains("topic=\"receive\"")
                    && line.contains("group=\"judge\"") && line.contains("node=\"\(node)\"")
                {
                    total += line.split(separator: " ").last.flatMap { Double($0) } ?? 0
                }
            }
            return total
        }
        #expect(try await depth() == 1)
        try await cluster.start("receive")
        try await eventually("the backlog is gone", within: .seconds(30)) { try await depth() == 0 ? true : nil }
        try await cluster.stop()
    }

    @Test func theEndpointCanBeSwitchedOffAndItsPortMustBeFree() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let port = try Server.freePort()
        let first = try ChildProcess(
            "statuscast-queue", ["--data", data, "--metrics-listen", "127.0.0.1:\(port)"])
        #expect(try await Self.group("\(data)/run/metrics/queue-q1.json").targets == ["127.0.0.1:\(port)"])
        let second = try ChildProcess(
            "statuscast-queue", ["--data", data, "--name", "q2", "--metrics-listen", "127.0.0.1:\(port)"])
        try await second.waitForExit()
        #expect(second.exitCode == 1)
        #expect(second.standardError.contains("metrics.listen 127.0.0.1:\(port)"))
        try await first.killNow()
        // The file of the killed one is there until its successor comes.
        let third = try ChildProcess("statuscast-queue", ["--data", data, "--metrics-listen", "off"])
        _ = try await third.line(containing: "listens on")
        #expect(!FileManager.default.fileExists(atPath: "\(data)/run/metrics/queue-q1.json"))
        try await third.terminate()
    }
}
