import Foundation
import Testing

/// What people keep for themselves, with everything in one process.
@Suite(.timeLimit(.minutes(4)))
struct PersonalTests {
    private func home(_ person: Person) async throws -> [String] { try await person.timeline("/api/v1/timelines/home") }

    @Test func whoFollowsATagFindsItAtHome() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let people = try await Person.signUp(["ada", "reader", "fan", "blocker"], at: server.base)
        let (ada, reader, fan, blocker) = (people[0], people[1], people[2], people[3])
        try await fan.follow(ada)
        for person in [reader, fan, blocker] { try await accepted(person.client.post("/api/v1/tags/Swift/follow")) }
        try await accepted(blocker.client.post("/api/v1/accounts/\(ada.id)/block"))
        let question = try await ada.post("what is that?")
        let first = try await ada.post("all about #swift")
        let reply = try await reader.post("an answer about #SWIFT", ["in_reply_to_id": question])
        _ = try await ada.post("for few #swift", ["visibility": "unlisted"])
        try await eventually("both are there") { try await home(reader) == [reply, first] ? true : nil }
        try await eventually("a follower of both has each once") {
            let ids = try await home(fan)
            return ids.count == 4 && Set(ids).count == 4 ? true : nil
        }
        #expect(try await home(blocker) == [reply])
        try await accepted(reader.client.post("/api/v1/tags/swift/unfollow"))
        let late = try await ada.post("more #swift")
        try await eventually("who still follows has it") { try await home(fan).first == late ? true : nil }
        #expect(try await home(reader) == [reply, first])
        try await server.process.terminate()
    }

    @Test func scheduledStatusesComeOnceThoughTheServerIsKilled() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        var server = try await Server.up(data: data)
        let people = try await Person.signUp(["ada", "fan"], at: server.base)
        let (ada, fan) = (people[0], people[1])
        try await fan.follow(ada)
        let format = ISO8601DateFormatter()
        for number in 1...5 {
            let due = format.string(from: Date(timeIntervalSinceNow: 1 + Double(number)))
            try await accepted(
                ada.client.post("/api/v1/statuses", ["status": "later \(number)", "scheduled_at": due]))
        }
        for left in [4, 2] {
            // Some are out, some wait, one may be on its way.
            try await eventually("only \(left) wait") {
                try await ada.client.get("/api/v1/scheduled_statuses").list.count <= left ? true : nil
            }
            try await server.process.killNow()
            server = try await Server.up(data: data, port: Int(server.base.split(separator: ":").last ?? "0") ?? 0)
        }
        try await eventually("all are out") {
            try await ada.client.get("/api/v1/scheduled_statuses").list.isEmpty ? true : nil
        }
        try await eventually("each once") {
            let texts = try await accepted(fan.client.get("/api/v1/timelines/home")).list
                .compactMap { $0["content"] as? String }
            return texts.count == 5 && Set(texts).count == 5 ? true : nil
        }
        try await server.process.terminate()
    }
}
