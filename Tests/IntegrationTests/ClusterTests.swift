import Foundation
import Testing

/// The same roles as separate processes.
@Suite(.timeLimit(.minutes(5)))
struct ClusterTests {
    @Test func dataMovesBetweenOneProcessAndManyWithoutConversion() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let server = try await Server.up(data: data)
        let people = try await Person.signUp(["alice", "bob"], at: server.base)
        try await people[1].follow(people[0])
        var ids = [try await people[0].post("from one process")]
        // Killed, not stopped: a backlog in the in-process queue is left to the nodes.
        ids.append(try await people[0].post("just before a crash"))
        try await server.process.killNow()

        let cluster = Cluster(data: data)
        try await cluster.start()
        var base = await cluster.base
        let alice = Person(name: "alice", id: people[0].id, client: Client(base, token: people[0].client.token))
        ids.append(try await alice.post("from many processes"))
        var bob = Person(name: "bob", id: people[1].id, client: Client(base, token: people[1].client.token))
        try await eventually("all three are there") {
            try await bob.timeline("/api/v1/timelines/home") == ids.reversed() ? true : nil
        }
        // And back, with a backlog in the nodes: nobody delivers while this one is posted.
        for key in await cluster.keys(of: "deliver") { try await cluster.kill(key) }
        ids.append(try await alice.post("left in the nodes"))
        try await cluster.stop()

        let again = try await Server.up(data: data)
        base = again.base
        bob = Person(name: "bob", id: people[1].id, client: Client(base, token: people[1].client.token))
        try await eventually("all four are there") {
            try await bob.timeline("/api/v1/timelines/home") == ids.reversed() ? true : nil
        }
        try await again.process.terminate()
    }

    @Test func withEveryStoreStoppedPostingAndReadingGoOn() async throws {
        let directory = try TemporaryDirectory()
        let cluster = Cluster(data: directory.path + "/data")
        try await cluster.start()
        let base = await cluster.base
        let people = try await Person.signUp(["alice", "bob"], at: base)
        let (alice, bob) = (people[0], people[1])
        try await bob.follow(alice)
        let first = try await alice.post("with the store #s")
        try await eventually("it is at home") {
            try await bob.timeline("/api/v1/timelines/home") == [first] ? true : nil
        }

        try await cluster.kill("store")

        let second = try await alice.post("without the store #s")
        for path in ["/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/timelines/tag/s"] {
            try await eventually("\(path) goes on") {
                try await bob.timeline(path) == [second, first] ? true : nil
            }
        }
        let refused = try await bob.client.post("/api/v1/accounts/\(alice.id)/unfollow")
        #expect(refused.status == 503)
        #expect(refused.headers["retry-after"] != nil)

        try await cluster.start("store")
        try await eventually("changes are taken again") {
            try await bob.client.post("/api/v1/accounts/\(alice.id)/unfollow").status == 200 ? true : nil
        }
        try await cluster.stop()
    }
}
