internal import Foundation

/// What a figure depends on besides the code: written beside every table.
public enum Surroundings {
    public static func describe() -> [String: String] {
        [
            "date": ISO8601DateFormatter().string(from: Date()),
            "load average before": first(3, of: contents("/proc/loadavg")),
            "processor": processor,
            "cores": "\(ProcessInfo.processInfo.activeProcessorCount)",
            "memory": "\(ProcessInfo.processInfo.physicalMemory >> 30) GiB",
            "kernel": contents("/proc/sys/kernel/osrelease").trimmingCharacters(in: .whitespacesAndNewlines),
        ]
    }

    /// One line of the same.
    public static func line(_ about: [String: String]) -> String {
        about.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    }

    private static var processor: String {
        let line = contents("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    }

    private static func contents(_ path: String) -> String {
        (FileManager.default.contents(atPath: path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func first(_ count: Int, of text: String) -> String {
        text.split(separator: " ").prefix(count).joined(separator: " ")
    }
}
