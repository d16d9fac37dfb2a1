internal import Foundation

/// On what a run was measured.
public struct Machine: Sendable, Hashable, Codable {
    public var processor: String
    public var cores: Int
    public var memoryBytes: Double
    public var system: String

    /// This one.
    public static func here() -> Machine {
        let cpu = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let name = cpu.split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
        let kernel = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? ""
        return Machine(
            processor: name ?? "unknown", cores: ProcessInfo.processInfo.activeProcessorCount,
            memoryBytes: Double(ProcessInfo.processInfo.physicalMemory),
            system: "Linux \(kernel.trimmingCharacters(in: .whitespacesAndNewlines))")
    }
}
