import Foundation
import Testing

/// A web client that others made, in a real browser.
@Suite(.timeLimit(.minutes(3)))
struct WebClientTests {
    /// What `scripts/prepare-clients.sh` has fetched.
    private static let client = Products.repository + "/.build/clients/web/mastodon_mock/_ui_dist/browser"
    private static let chromium = SystemProgram.find("chromium") ?? SystemProgram.find("chromium-browser")

    private static var isPrepared: Bool { chromium != nil && FileManager.default.fileExists(atPath: client) }
    /// Where everything has to be there, its absence is a failure.
    private static let isRequired = ProcessInfo.processInfo.environment["CI"] == "true"

    @Test(.enabled(if: isPrepared || isRequired, "chromium is not installed, or the web client was not fetched"))
    func aWebClientSignsInPostsAndSeesWhatArrives() async throws {
        let chromium = try #require(Self.chromium, "chromium is not installed: make python installs it")
        try #require(FileManager.default.fileExists(atPath: Self.client), "make python fetches the web client")
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data", listen: "localhost:0")
        try PythonClient.succeed("web_client.py", [server.base, Self.client, chromium])
        try await server.process.terminate()
    }
}
