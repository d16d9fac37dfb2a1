import Foundation

/// The integration tests that toot brings in its source, run as they are against a server of ours. They are fetched by
/// `scripts/prepare-clients.sh`.
enum TootSuite {
    static let folder = Products.repository + "/.build/clients/toot"

    /// Where everything has to be there, its absence is a failure.
    static let isRequired = ProcessInfo.processInfo.environment["CI"] == "true"
    static var isPrepared: Bool { FileManager.default.fileExists(atPath: folder + "/version") }

    /// Everything but media and polls.
    private static let selection = """
        not (test_polls or post_poll or media_thumbnail or media_attachment or post_scheduled_at or (post_scheduled_in and not duration))
        """

    struct Outcome {
        var passed: Set<String> = []
        /// What pytest printed.
        var text: String
    }

    /// `listen` is the host and port of the server, which must call itself so.
    static func run(against listen: String, in directory: TemporaryDirectory) throws -> Outcome {
        let place = directory.path + "/toot"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        for name in ["tests", "trumpet.png"] {
            try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(place)/\(name)")
        }
        // The one thing that the suite takes for granted: the port.
        let file = place + "/tests/integration/test_auth.py"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try text.replacingOccurrences(of: "localhost:3000", with: listen)
            .write(toFile: file, atomically: true, encoding: .utf8)
        let result = try SystemProgram.run(
            Products.python.split(separator: " ").map(String.init) + [
                "-m", "pytest", "tests/integration", "-q", "-r", "pfE", "-p", "no:cacheprovider", "-n", "2",
                "--timeout", "60", "-k", selection,
            ],
            environment: [
                "TOOT_TEST_BASE_URL": "http://" + listen, "XDG_CACHE_HOME": place + "/cache",
                "XDG_CONFIG_HOME": place + "/config", "COLUMNS": "200",
            ], folder: place)
        return Outcome(passed: passed(in: result.text), text: result.text)
    }

    /// Lines read `PASSED tests/integration/test_post.py::test_post`.
    private static func passed(in text: String) -> Set<String> {
        let start = "PASSED tests/integration/"
        return Set(text.split(separator: "\n").filter { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) })
    }

    /// What has to pass, from `Tests/toot-tests.txt`.
    static func expected() throws -> Set<String> {
        let text = try String(contentsOfFile: Products.repository + "/Tests/toot-tests.txt", encoding: .utf8)
        return Set(text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init))
    }
}
