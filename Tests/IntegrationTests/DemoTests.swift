import Foundation
import Testing

/// What the README promises a stranger, run as the stranger would.
@Suite(.timeLimit(.minutes(2)))
struct DemoTests {
    @Test func theDemoDrivesARunningServerWithToot() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data", port: Server.freePort())
        let listen = String(server.base.dropFirst("http://".count))
        let output = try demo([listen, server.data])
        #expect(output.contains("You are now following alice"))
        #expect(output.contains("Hello from the demo"))
        #expect(output.contains("home.normal.1.mbox"))
        try await server.process.terminate()
    }

    private func demo(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments =
            [Products.repository + "/scripts/demo.sh", try Products.path("statuscast"), Products.python] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw IntegrationError("the demo ended with \(process.terminationStatus): \(text)")
        }
        return text
    }
}
