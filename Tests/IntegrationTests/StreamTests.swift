import Foundation
import Testing

/// Streams with real clients and a real server.
@Suite(.timeLimit(.minutes(3)))
struct StreamTests {
    /// From the delivery into a mailbox to the event at the client.
    static let latencyMilliseconds = 250.0

    @Test func realClientsAreToldWithinAQuarterOfASecond() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        let script = Products.repository + "/Tests/IntegrationTests/Support/stream_clients.py"
        let output = try SystemProgram.succeed([Products.python, script, server.base, server.data])
        let median = try #require(output.split(separator: "\n").last.flatMap { Double($0) })
        #expect(median < StreamTests.latencyMilliseconds)
        // Open or not, streams do not hold up the end.
        try await server.process.terminate()
    }
}
