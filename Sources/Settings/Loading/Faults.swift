/// One thing that is wrong with the configuration, and where it stands.
public struct Fault: Sendable, Hashable, CustomStringConvertible {
    /// `/etc/statuscast/statuscast.yaml:12`, `--listen`, `STATUSCAST_LOG_LEVEL`.
    public let place: String
    public let text: String

    public init(_ place: String, _ text: String) {
        self.place = place
        self.text = text
    }

    public var description: String { "\(place): \(text)" }
}

/// Everything that is wrong with a configuration, at once. A process that meets it ends with exit code 2.
public struct ConfigurationFaults: Error, Sendable, CustomStringConvertible {
    public let faults: [Fault]

    public init(_ faults: [Fault]) { self.faults = faults }

    public init(_ place: String, _ text: String) { self.init([Fault(place, text)]) }

    public var description: String {
        guard faults.count > 1 else { return "the configuration is faulty: " + (faults.first?.description ?? "") }
        return "the configuration has \(faults.count) faults:\n" + faults.map { "  \($0)" }.joined(separator: "\n")
    }

    /// The same in one line, for a log.
    public var line: String { faults.map(\.description).joined(separator: "; ") }
}
