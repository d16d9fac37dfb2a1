import Foundation
import Load
import Measuring
import Settings
import StatuscastModel

/// `statuscast up` with a small world in which everybody's home page is full.
struct FrontServer: Sendable {
    static let path = "/api/v1/timelines/home?limit=20"
    private static let accounts = 1_000
    private static let followers = 40

    let child: ChildProcess
    let port: Int
    let world: World

    static func start(_ place: Place, directory: String) async throws -> FrontServer {
        let data = directory + "/data"
        let world = try await World.make(
            accounts: accounts, followersEach: followers, data: DataDirectory(data))
        let port = try await FreePort.find()
        let child = try ChildProcess(
            place.bin + "/statuscast",
            [
                "up", "--data", data, "--listen", "127.0.0.1:\(port)", "--rate-limits", "off", "--log-level", "warning",
            ], output: directory + "/up.log")
        let server = FrontServer(child: child, port: port, world: world)
        do {
            try await child.waitUntilReady(withinSeconds: 60) { try await server.knowsEverybody() }
            try await server.post()
        } catch {
            child.stop()
            throw error
        }
        return server
    }

    private func knowsEverybody() async throws -> Bool {
        let connection = try await HTTPConnection.connect(host: "127.0.0.1", port: port)
        let answer = try await connection.send(
            HTTPRequest(authority: "127.0.0.1:\(port)").bytes(
                "GET", "/api/v1/accounts/verify_credentials", token: Array(world.token(Self.accounts - 1).utf8)))
        await connection.close()
        return answer.status == 200
    }

    /// One status of every account.
    private func post() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<16 {
                group.addTask {
                    let connection = try await HTTPConnection.connect(host: "127.0.0.1", port: port)
                    for author in stride(from: worker, to: Self.accounts, by: 16) {
                        let text = SampleStatus.record(author).text
                        let answer = try await connection.send(
                            HTTPRequest(authority: "127.0.0.1:\(port)").bytes(
                                "POST", "/api/v1/statuses", token: Array(world.token(author).utf8),
                                json: Array("{\"status\":\"\(text)\"}".utf8)))
                        guard answer.status == 200 else { throw BenchmarkError("a post answered \(answer.status)") }
                    }
                    await connection.close()
                }
            }
            try await group.waitForAll()
        }
    }
}
