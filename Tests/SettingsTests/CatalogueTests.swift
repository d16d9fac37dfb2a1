import ArgumentParser
import Foundation
import StatuscastModel
import Testing

@testable import Settings

struct CatalogueTests {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    @Test func theExampleFileIsTheOneThatTheCodeMakes() throws {
        let path = Self.repository + "/deploy/config/statuscast.yaml"
        let stored = try String(contentsOfFile: path, encoding: .utf8)
        #expect(stored == ExampleFile.text, "write it anew: statuscast config example > deploy/config/statuscast.yaml")
    }

    @Test func everyLineOfTheExampleCanBeUncommented() throws {
        let lines = ExampleFile.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let text = line.drop { $0 == " " }
            guard text.hasPrefix("# "), text.contains(": "), line.hasPrefix(" ") || !text.contains("`"),
                text.dropFirst(2).prefix(while: { $0 != ":" }).allSatisfy({ $0.isLowercase || $0 == "_" })
            else { return String(line) }
            return String(line.prefix { $0 == " " }) + text.dropFirst(2)
        }
        let path = NSTemporaryDirectory() + "example-" + UUID().uuidString + ".yaml"
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let settings = try SettingsSources(file: path).load()
        for setting in Catalogue.all {
            let isSet = if case .file = settings.origin(of: setting) { true } else { false }
            #expect(isSet, "\(setting.name) is not in the example, or not with a value")
        }
    }

    @Test func defaultsAreOfTheirOwnForm() {
        for setting in Catalogue.all where !setting.standard.isEmpty {
            #expect(setting.parse(setting.standard) != nil, "\(setting.name): \(setting.standard)")
        }
        for setting in Catalogue.all where !setting.sample.isEmpty {
            #expect(setting.parse(setting.sample) != nil, "\(setting.name): \(setting.sample)")
        }
    }

    /// A key that is not listed would always have its default.
    @Test func everyKeyIsListed() throws {
        let folder = Self.repository + "/Sources/Settings/Catalogue"
        var written: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasPrefix("Keys+") {
            let source = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
            for match in source.matches(of: /Key(?:<[^(]*>)?\(\s*"([a-z_.]+)"/) { written.insert(String(match.1)) }
        }
        #expect(written.count > 30)
        #expect(written.subtracting(Catalogue.all.map(\.name)) == [])
    }

    @Test func valuesAreReadAndWrittenAlike() {
        #expect(Kind.duration(1...1_000_000).parse("90s") == 90_000)
        #expect(Kind.duration(1...1_000_000).text(90_000) == "90s")
        #expect(Kind.duration(1...1_000_000).parse("90") == nil)
        #expect(Kind.duration(1...1_000_000).parse("-1s") == nil)
        #expect(Kind.duration(1...1_000_000).parse("99999999999999999d") == nil)
        #expect(Kind.size(1...1 << 30).parse("64 MiB") == 64 << 20)
        #expect(Kind.size(1...1 << 30).parse("64MB") == nil)
        #expect(RateLimit("300/5m")?.windowSeconds == 300)
        for wrong in ["300", "0/5m", "300/1500ms", "300/", "/5m", "1/2/3"] { #expect(RateLimit(wrong) == nil) }
        #expect(HostAndPort("[::1]:80")?.host == "::1")
        #expect(HostAndPort("[::1]:80")?.description == "[::1]:80")
        for wrong in ["", "x", ":80", "x:", "x:65536", "x:-1", "::1:80", "a b:80", "x:+8"] {
            #expect(HostAndPort(wrong) == nil, "\(wrong)")
        }
    }

    @Test func aLaneMayCarryItsInstance() throws {
        let settings = try SettingsSources(flags: LaneOptions.parse(["--lane", "normal-2"]).given).load()
        #expect(settings[Keys.deliverLane]?.rawValue == "normal")
        #expect(settings[Keys.instance] == "2")
        #expect(throws: ConfigurationFaults.self) {
            try SettingsSources(flags: LaneOptions.parse(["--lane", "urgent"]).given).load()
        }
    }
}
