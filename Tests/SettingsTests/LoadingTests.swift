import Foundation
import Testing

@testable import Settings

struct LoadingTests {
    private static func file(_ text: String) throws -> String {
        let path = NSTemporaryDirectory() + "settings-" + UUID().uuidString + ".yaml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private static func faults(
        file text: String, flags: [GivenFlag] = [], environment: [String: String] = [:]
    ) throws -> [String] {
        let path = try file(text)
        defer { try? FileManager.default.removeItem(atPath: path) }
        do {
            _ = try SettingsSources(flags: flags, environment: environment, file: path).load()
            return []
        } catch {
            return error.faults.map { $0.description.replacing(path, with: "FILE") }
        }
    }

    @Test func flagsWinOverTheEnvironmentOverTheFileOverDefaults() throws {
        let path = try Self.file("front:\n  listen: 127.0.0.1:1\n  title: File\nlog.level: debug\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        var sources = SettingsSources(file: path)
        #expect(try sources.load()[Keys.frontListen].port == 1)
        #expect(try sources.load().origin(of: Keys.frontTitle.setting) == .file(path: path, line: 3))
        sources.environment = ["STATUSCAST_FRONT_LISTEN": "127.0.0.1:2", "STATUSCAST_FRONT_TITLE": ""]
        #expect(try sources.load()[Keys.frontListen].port == 2)
        #expect(try sources.load()[Keys.frontTitle] == "File")
        sources.flags = [GivenFlag(name: "front.listen", text: "127.0.0.1:3", flag: "--listen")]
        let settings = try sources.load()
        #expect(settings[Keys.frontListen].port == 3)
        #expect(settings.origin(of: Keys.frontListen.setting) == .flag("--listen"))
        #expect(settings[Keys.logLevel] == "debug")
        #expect(settings[Keys.frontStatusCache] == 64 << 20)
        #expect(settings.origin(of: Keys.frontStatusCache.setting) == .standard)
    }

    @Test func allFaultsAreToldAtOnceWithTheirPlaces() throws {
        let text = """
            front:
              lisen: localhost:3000
              page_cache: 12
            deliver:
              sweep_interval: 2h
              lane: [normal]
            frobnicate: yes
            domain:
            """
        let faults = try Self.faults(
            file: text, flags: [GivenFlag(name: "log.level", text: "loud", flag: "--log-level")],
            environment: ["STATUSCAST_FRONT_RATE_LIMITS": "perhaps"])
        #expect(
            Set(faults) == [
                "FILE:2: front.lisen is no setting; did you mean front.listen?",
                "FILE:3: front.page_cache: \"12\" is wrong; it should be 1MiB to 1TiB",
                "FILE:5: deliver.sweep_interval: \"2h\" is wrong; it should be 100ms to 1m",
                "FILE:6: deliver.lane is a list and should be one value",
                "FILE:7: frobnicate is no setting", "FILE:8: domain has no value",
                "--log-level: log.level: \"loud\" is wrong; it should be trace, debug, info, notice, warning, error, critical",
                "STATUSCAST_FRONT_RATE_LIMITS: front.rate_limits: \"perhaps\" is wrong; it should be on or off",
            ])
    }

    @Test(arguments: [
        ("front: [\n", "FILE:2: is no YAML"), ("front:\n\tlisten: x\n", "FILE:2: is no YAML"),
        ("just words", "FILE:1: is no list of settings"), ("- a\n- b\n", "FILE:1: is no list of settings"),
        ("log:\n  level: info\n  level: debug\n", "level"), ("log.level: info\nlog:\n  level: debug\n", "already"),
        ("queue:\n  nodes: [[q1]]\n", "FILE:2: queue.nodes is a list of something else"),
        ("queue:\n  topic_quota: [deliver.slow=1GiB]\n", "FILE:2: queue.topic_quota: \"deliver.slow=1GiB\" is wrong"),
        ("queue:\n  topic_quota: [deliver.bulk=1MiB]\n", "FILE:2: queue.topic_quota: \"deliver.bulk=1MiB\" is wrong"),
        ("instance:\n  deeper: 1\n", "FILE:2: instance.deeper is no setting"),
    ])
    func aFileThatIsNoConfigurationSaysWhere(text: String, expected: String) throws {
        let faults = try Self.faults(file: text)
        #expect(faults.count == 1)
        #expect(faults.first?.contains(expected) == true, "\(faults)")
    }

    @Test(arguments: ["", "# nothing but comments\n", "front:\nlog:\n", "---\n"])
    func anEmptyFileIsNoFault(text: String) throws { #expect(try Self.faults(file: text) == []) }

    @Test func aMissingFileIsAFault() throws {
        let error = #expect(throws: ConfigurationFaults.self) {
            try SettingsSources(file: "/nonexistent/statuscast.yaml").load()
        }
        let said = error?.description ?? ""
        #expect(said.contains("/nonexistent/statuscast.yaml: cannot be read") && said.contains("No such file"))
    }

    @Test func listsMayBeWrittenAsLists() throws {
        let path = try Self.file("queue:\n  nodes: [q1, q2=tcp:10.0.0.2:4000]\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let nodes = try SettingsSources(file: path).load()[Keys.queueNodes]
        #expect(nodes.map(\.description) == ["q1", "q2=tcp:10.0.0.2:4000"])
    }

    @Test func nearlyRightNamesInTheEnvironmentAreNoticed() {
        let sources = SettingsSources(environment: [
            "STATUSCAST_FRONT_LISTN": "x", "STATUSCAST_TEST_PYTHON": "y", "STATUSCAST_FRONT_LISTEN": "localhost:1",
        ])
        #expect(sources.unknownEnvironmentNames.map(\.name) == ["STATUSCAST_FRONT_LISTN"])
        #expect(sources.unknownEnvironmentNames.first?.nearest == "STATUSCAST_FRONT_LISTEN")
    }

    @Test func aSecretIsNeverShown() throws {
        let key = Key(
            "test.secret", .choice(["hidden word"]), "hidden word", readers: [.api], isSecret: true, "A test's.")
        let settings = EffectiveSettings(entries: [
            key.name: .init(text: "hidden word", origin: .environment("X"), parsed: Parsed(value: "hidden word"))
        ])
        #expect(settings[key] == "hidden word")
        #expect(settings.text(of: key.setting) == "(secret)")
        #expect(!SettingsSources.fault(key.setting, "other word", .flag("--set")).description.contains("other word"))
    }

    @Test func aReloadTakesWhatMayChangeAndNamesTheRest() throws {
        let path = try Self.file("log:\n  level: info\nfront:\n  title: One\n  sign_up: open\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let live = try LiveSettings(SettingsSources(file: path), process: .deliver)
        try Data("log:\n  level: debug\nfront:\n  sign_up: closed\ndeliver:\n  writer_threads: 3\n".utf8)
            .write(to: URL(fileURLWithPath: path))
        let outcome = try live.reload()
        // What only the front reads is not this process's concern.
        #expect(outcome == .init(applied: ["log.level"], needRestart: ["deliver.writer_threads"]))
        #expect(live.current[Keys.logLevel] == "debug")
        #expect(live.current[Keys.deliverWriterThreads] == 2)
        // It waits for a restart still.
        #expect(try live.reload() == .init(applied: [], needRestart: ["deliver.writer_threads"]))
        try Data("log: {level: loud}\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: ConfigurationFaults.self) { try live.reload() }
        #expect(live.current[Keys.logLevel] == "debug")
    }
}
