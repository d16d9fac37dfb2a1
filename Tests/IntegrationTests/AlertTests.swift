import Foundation
import Testing

/// The rules and the dashboard under `deploy/`.
struct AlertTests {
    static let folder = Products.repository + "/deploy"

    @Test(.enabled(if: SystemProgram.find("promtool") != nil))
    func eachAlertFiresWhenItHasToAndKeepsQuietOtherwise() throws {
        let promtool = try #require(SystemProgram.find("promtool"))
        let place = Self.folder + "/prometheus"
        try SystemProgram.succeed([promtool, "check", "rules", "alerts.yml", "rules.yml"], folder: place)
        try SystemProgram.succeed([promtool, "test", "rules", "alerts_test.yml"], folder: place)
        try SystemProgram.succeed([promtool, "check", "config", "--syntax-only", "prometheus.yml"], folder: place)
    }

    @Test func eachAlertHasATestAndAWordForOperators() throws {
        let names = try matches("alert: ([A-Za-z]+)", in: "deploy/prometheus/alerts.yml")
        let tested = try text("deploy/prometheus/alerts_test.yml")
        let explained = try text("docs/operating/alerts.md")
        #expect(names.count >= 20)
        for name in names {
            #expect(tested.components(separatedBy: "\"\(name)\"").count == 3, "\(name): one test to fire, one not to")
            #expect(explained.contains("### \(name)\n"), "\(name) is not explained")
        }
    }

    /// A misspelt metric makes an alert that never fires.
    @Test func rulesAndDashboardAskOnlyForMetricsThatAreInTheCatalogue() throws {
        let catalogue = Set(try matches("(statuscast_[a-z_]+|process_[a-z_]+)", in: "docs/metrics.md"))
        for file in ["deploy/prometheus/alerts.yml", "deploy/prometheus/rules.yml", "deploy/grafana/statuscast.json"] {
            for name in try matches("(statuscast_[a-z_]+|process_[a-z_]+)", in: file) {
                let base = name.hasSuffix("_bucket") ? String(name.dropLast("_bucket".count)) : name
                #expect(catalogue.contains(base), "\(file) asks for \(name)")
            }
        }
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: Products.repository + "/" + path, encoding: .utf8)
    }

    private func matches(_ pattern: String, in path: String) throws -> [String] {
        let text = try text(path)
        let expression = try NSRegularExpression(pattern: pattern)
        return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { match in
            Range(match.range(at: 1), in: text).map { String(text[$0]) }
        }
    }
}
