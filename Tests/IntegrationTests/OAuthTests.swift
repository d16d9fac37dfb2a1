import Foundation
import Testing

/// Signing in as browsers and applications do it, in clear text and inside TLS, and what the logs keep of it.
@Suite(.timeLimit(.minutes(3)))
struct OAuthTests {
    /// Starts a server with settings and answers it with its address.
    private func up(_ data: String, _ settings: [String]) async throws -> (process: ChildProcess, base: String) {
        let process = try ChildProcess(
            "statuscast",
            ["up", "--data", data, "--listen", "localhost:0", "--rate-limits", "off", "--log-level", "trace"]
                + settings.flatMap { ["--set", $0] })
        let line = try await process.line(containing: "serves http")
        let start = try #require(line.range(of: "http"))
        return (process, String(line[start.lowerBound...].prefix { $0 != " " }))
    }

    private func journey(_ base: String, _ more: [String] = []) throws -> [String] {
        let script = Products.repository + "/Tests/IntegrationTests/Support/oauth_journey.py"
        let words = Products.python.split(separator: " ").map(String.init)
        return try SystemProgram.succeed(words + [script, base] + more).split(separator: "\n").map(String.init)
    }

    private func expectSilence(_ process: ChildProcess, _ secrets: [String]) {
        #expect(secrets.count >= 5)
        for secret in secrets {
            #expect(!process.standardError.contains(secret) && !process.standardOutput.contains(secret))
        }
    }

    @Test func aBrowserLetsAnApplicationInAndTheLogsKeepNothingOfIt() async throws {
        let directory = try TemporaryDirectory()
        let server = try await up(directory.path + "/data", [])
        try await Server.ready(server.base)
        let secrets = try journey(server.base)
        try await server.process.terminate()
        expectSilence(server.process, secrets)
    }

    @Test func theSameInsideTLSWithACertificateThatIsReadAgain() async throws {
        let directory = try TemporaryDirectory()
        let (certificate, key) = (directory.path + "/cert.pem", directory.path + "/key.pem")
        func make() throws {
            try SystemProgram.succeed([
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost", "-out", certificate, "-keyout", key,
            ])
        }
        try make()
        let server = try await up(
            directory.path + "/data", ["front.tls_certificate=\(certificate)", "front.tls_key=\(key)"])
        #expect(server.base.hasPrefix("https://"))
        try await eventually("the store answers", within: .seconds(30)) {
            let answer = try SystemProgram.run(["curl", "-s", "--cacert", certificate, server.base + "/health/ready"])
            return answer.text.contains("\"answers\"") ? true : nil
        }
        let old = try SystemProgram.run(["curl", "-s", "--tls-max", "1.1", "--cacert", certificate, server.base + "/"])
        #expect(old.exitCode != 0)
        expectSilence(server.process, try journey(server.base, [certificate]))
        try make()
        server.process.signal(SIGHUP)
        try await eventually("the new certificate is served") {
            let answer = try SystemProgram.run(["curl", "-s", "--cacert", certificate, server.base + "/health/live"])
            return answer.exitCode == 0 ? true : nil
        }
        try await server.process.terminate()
    }

    @Test func certificatesThatCannotBeUsedAreFaultsAtTheStart() async throws {
        let directory = try TemporaryDirectory()
        for settings in [
            ["front.tls_certificate=/nowhere.pem", "front.tls_key=/nowhere.pem"], ["front.tls_key=/x"],
            ["front.trusted_proxies=10.0.0.0/33"],
        ] {
            let process = try ChildProcess(
                "statuscast",
                ["up", "--data", directory.path + "/data", "--listen", "127.0.0.1:0"]
                    + settings.flatMap { ["--set", $0] })
            try await eventually("it ends") { process.isRunning ? nil : true }
            #expect(process.exitCode == 2, "\(settings): \(process.standardError)")
        }
    }

    @Test func anOperatorLetsNewAccountsIn() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let server = try await up(data, ["front.sign_up=approval"])
        try await Server.ready(server.base)
        let instance = try await Client(server.base).get("/api/v1/instance").object
        #expect(instance["approval_required"] as? Bool == true && instance["registrations"] as? Bool == true)
        let app = try await accepted(
            Client(server.base).post(
                "/api/v1/apps",
                ["client_name": "t", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write"])
        ).object
        let own =
            try await accepted(
                Client(server.base).post(
                    "/oauth/token",
                    [
                        "grant_type": "client_credentials", "client_id": app["client_id"] ?? "",
                        "client_secret": app["client_secret"] ?? "", "scope": "read write",
                    ])
            ).object["access_token"] as? String
        var clients: [Client] = []
        for name in ["alice", "bob"] {
            let token =
                try await accepted(
                    Client(server.base, token: own).post(
                        "/api/v1/accounts",
                        [
                            "username": name, "email": "\(name)@example.org", "password": "correct horse",
                            "agreement": true,
                        ])
                ).object["access_token"] as? String
            clients.append(Client(server.base, token: token))
        }
        for client in clients {
            #expect(try await client.get("/api/v1/accounts/verify_credentials").status == 403)
            #expect(try await client.get("/api/v1/apps/verify_credentials").status == 200)
        }
        func waiting() async throws -> [String] {
            try await OperatorCommand.done(["account", "list", "--state", "pending", "--json"], data: data).objects
                .compactMap { $0["username"] as? String }
        }
        #expect(try await waiting() == ["alice", "bob"])
        try await OperatorCommand.done(["account", "approve", "alice"], data: data)
        try await eventually("alice may go in") {
            try await clients[0].get("/api/v1/accounts/verify_credentials").status == 200 ? true : nil
        }
        try await OperatorCommand.done(["account", "reject", "bob"], data: data)
        #expect(try await OperatorCommand.run(["account", "reject", "alice"], data: data).exitCode != 0)
        #expect(try await waiting().isEmpty)
        try await eventually("bob's token is worth nothing") {
            try await clients[1].get("/api/v1/apps/verify_credentials").status == 401 ? true : nil
        }
        try await server.process.terminate()
    }
}
