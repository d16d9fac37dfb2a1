import Foundation
import Testing

/// Disks that are full or lie.
@Suite(.timeLimit(.minutes(3)))
struct FaultTests {
    /// Needs the right to mount: where that is missing the run is listed as skipped, with this reason.
    static let mayMount = geteuid() == 0

    @Test(.enabled(if: mayMount, "mounting a small filesystem needs root"))
    func aFullDiskAnswers503AndRecoversWithoutARestart() async throws {
        let directory = try TemporaryDirectory()
        let mount = directory.path + "/small"
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: false)
        try #require(run("/bin/mount", ["-t", "tmpfs", "-o", "size=192m", "none", mount]))
        defer { _ = run("/bin/umount", ["-l", mount]) }
        let server = try await Server.up(data: mount + "/data")
        let alice = try await Person.signUp("alice", at: server.base)
        var posts = 0
        // Never the same text twice within a minute: that is refused.
        func text() -> String {
            posts += 1
            return String(repeating: "long ", count: 97) + "\(posts)"
        }
        var accepted: [String] = [try await alice.post(text())]

        // The rest of the disk goes to somebody else; then what the queue has reserved is written full.
        let ballast = mount + "/ballast"
        _ = run("/bin/dd", ["if=/dev/zero", "of=\(ballast)", "bs=1M", "count=400", "status=none"])
        let refusal = try await eventually("a post is refused", within: .seconds(60), every: .zero) {
            let answer = try await alice.client.post("/api/v1/statuses", ["status": text()])
            if answer.status == 200, let id = answer.object["id"] as? String { accepted.append(id) }
            return answer.status == 200 ? nil : answer
        }
        #expect(refusal.status == 503)
        #expect(refusal.headers["retry-after"] != nil)

        try FileManager.default.removeItem(atPath: ballast)
        let after = try await eventually("a post is taken again", within: .seconds(20)) {
            let answer = try await alice.client.post("/api/v1/statuses", ["status": text()])
            return answer.status == 200 ? answer.object["id"] as? String : nil
        }
        accepted.append(after)
        try await eventually("everything acknowledged is there", within: .seconds(60), every: .milliseconds(200)) {
            let shown = Set(try await alice.timeline("/api/v1/timelines/home"))
            return accepted.allSatisfy { shown.contains($0) } ? true : nil
        }
        try await server.process.terminate()
    }

    @Test func aFlippedByteInASegmentIsNamedAndEverythingElseGoesOn() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let cluster = Cluster(data: data)
        try await cluster.start()
        let base = await cluster.base
        let people = try await Person.signUp(["alice", "bob"], at: base)
        try await people[1].follow(people[0])
        let first = try await people[0].post("before the damage")
        try await eventually("the first arrives") {
            try await people[1].timeline("/api/v1/timelines/home").contains(first) ? true : nil
        }
        // Nobody judges while these are posted, so they lie in the topic `receive`.
        try await cluster.kill("receive")
        var ids: [String] = []
        for index in 0..<10 { ids.append(try await people[0].post("number \(index) of ten, marked")) }
        for key in await cluster.keys(of: "queue") { try await cluster.kill(key) }

        let damaged = try flipOneByte(under: data + "/queue", containing: "number 4 of ten, marked")
        for key in await cluster.keys(of: "queue") { try await cluster.start(key) }
        try await cluster.start("receive")

        let bob = people[1]
        try await eventually("the other nine arrive", within: .seconds(40)) {
            let shown = try await bob.timeline("/api/v1/timelines/home")
            return Set(shown).isSuperset(of: ids.filter { $0 != ids[4] }) ? true : nil
        }
        #expect(try await !bob.timeline("/api/v1/timelines/home").contains(ids[4]))
        let complaints = await cluster.complaints()
        #expect(complaints.contains(damaged.file), "no process named \(damaged.file): \(complaints)")
        try await cluster.stop()
    }

    /// Finds a text in the files below a directory and flips one bit of it.
    private func flipOneByte(under directory: String, containing text: String) throws -> (file: String, offset: Int) {
        let enumerator = FileManager.default.enumerator(atPath: directory)
        while let name = enumerator?.nextObject() as? String {
            let path = directory + "/" + name
            guard name.contains("receive"), var content = FileManager.default.contents(atPath: path),
                let range = content.range(of: Data(text.utf8))
            else { continue }
            content[range.lowerBound] ^= 0x20
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.seek(toOffset: UInt64(range.lowerBound))
            try handle.write(contentsOf: content[range.lowerBound..<range.lowerBound + 1])
            try handle.close()
            return ((path as NSString).lastPathComponent, range.lowerBound)
        }
        throw IntegrationError("\"\(text)\" is in no file below \(directory)")
    }
}
