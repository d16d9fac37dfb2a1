internal import Foundation

/// Tells Prometheus (`file_sd_configs`) where a process serves its metrics; one file a process. Written whole under a
/// name that Prometheus does not look at and renamed; a stale one of a killed process is replaced by its successor.
///
/// Everybody may read the file whatever the umask says, because Prometheus runs as a user of its own; who gets that far
/// is up to the folders above it.
public struct TargetFile: Sendable {
    private struct Group: Codable {
        var targets: [String]
        var labels: [String: String]
    }

    public let path: String
    let labels: [String: String]

    public init(path: String, labels: [String: String]) {
        self.path = path
        self.labels = labels
    }

    func write(target: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode([Group(targets: [target], labels: labels)])
        let draft = "\(path).\(ProcessInfo.processInfo.processIdentifier)"
        try data.write(to: URL(fileURLWithPath: draft))
        guard chmod(draft, 0o644) == 0, rename(draft, path) == 0 else {
            throw OperatorEndpointError("\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    /// Whatever it says: of a process that has no endpoint.
    public func remove() { unlink(path) }

    /// Unless another process has put its own there.
    func remove(target: String) {
        guard let data = FileManager.default.contents(atPath: path),
            let groups = try? JSONDecoder().decode([Group].self, from: data), groups.first?.targets == [target]
        else { return }
        remove()
    }
}

/// Why the endpoint cannot be served.
public struct OperatorEndpointError: Error, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
