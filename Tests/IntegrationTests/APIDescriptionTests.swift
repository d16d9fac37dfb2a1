import Testing

/// `docs/api/openapi.yaml` against the front: what it says of routes, access and answers is so.
@Suite(.timeLimit(.minutes(2)))
struct APIDescriptionTests {
    @Test func theDescriptionIsValidAndMadeOfItsSource() throws {
        let python = Products.python.split(separator: " ").map(String.init)
        try SystemProgram.succeed(python + ["-m", "openapi_spec_validator", "docs/api/openapi.yaml"])
        try SystemProgram.succeed(python + ["scripts/openapi.py", "--check"])
    }

    @Test func everyRouteAndWhoMayUseItIsDescribed() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        try PythonClient.succeed("check_routes.py", [server.base, server.data])
        try await server.process.terminate()
    }

    @Test func everyAnswerIsAsDescribed() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.up(data: directory.path + "/data")
        try PythonClient.succeed("check_answers.py", [server.base])
        try await server.process.terminate()
    }
}
