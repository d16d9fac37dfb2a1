internal import Foundation

/// The processes of a data directory as Prometheus finds them: one file each in `DATA/run/metrics`.
struct MetricsTargets: Sendable {
    struct Target: Sendable, Hashable {
        /// The file's name: `deliver-normal`, `queue-q1`, `up`.
        var name: String
        var host: String
        var port: Int
    }

    private struct Group: Decodable { var targets: [String] }

    let directory: String

    /// Files that cannot be read are processes that come and go.
    func read() -> [Target] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted().compactMap { name in
            guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)"),
                let written = (try? JSONDecoder().decode([Group].self, from: data))?.first?.targets.first,
                let colon = written.lastIndex(of: ":"), let port = Int(written[written.index(after: colon)...])
            else { return nil }
            let host = written[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
            return Target(name: String(name.dropLast(5)), host: host, port: port)
        }
    }
}
