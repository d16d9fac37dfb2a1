import Foundation
import Testing

/// Schemathesis against the front, with what `docs/api/openapi.yaml` allows and what it does not.
///
/// `STATUSCAST_FRONT_FUZZ_SECONDS` says for how long, `STATUSCAST_FRONT_FUZZ_SEED` repeats a run.
@Suite(.timeLimit(.minutes(180)))
struct FrontFuzzTests {
    @Test func noRequestMakesTheFrontFailOrHang() async throws {
        let given = ProcessInfo.processInfo.environment
        let seconds = given["STATUSCAST_FRONT_FUZZ_SECONDS"] ?? "60"
        let seed = given["STATUSCAST_FRONT_FUZZ_SEED"].map { [$0] } ?? []
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        print(try PythonClient.succeed("fuzz_front.py", [server.base, seconds] + seed))
        try await server.process.terminate()
        // What an endpoint did not expect is told there.
        #expect(!server.process.standardError.contains("an endpoint failed"))
    }
}
