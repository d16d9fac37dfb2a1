internal import Foundation

/// What the kernel knows of this process, as Prometheus text under the names that all exporters use.
public enum ProcessFacts {
    /// Reads a few small files under `/proc`; facts that cannot be read are left out.
    public static func text() -> String {
        var page = ExpositionText()
        func add(_ name: String, _ type: String, _ value: Double?) {
            guard let value else { return }
            page.sample(Series(name: name, dimensions: []), type: type, value: ExpositionText.number(value))
        }
        let times = times()
        add("process_cpu_seconds_total", "counter", times?.cpu)
        add("process_open_fds", "gauge", openDescriptors)
        add("process_resident_memory_bytes", "gauge", residentBytes)
        add("process_start_time_seconds", "gauge", times?.start)
        add("statuscast_process_memory_limit_bytes", "gauge", memoryLimitBytes)
        return page.text
    }

    /// Seconds of processor time, and the Unix second of the start.
    private static func times() -> (cpu: Double, start: Double)? {
        // The name in parentheses may hold spaces; behind it comes field 3.
        guard let fields = read("/proc/self/stat")?.split(separator: ")").last?.split(separator: " "),
            fields.count > 19, let user = Double(fields[11]), let system = Double(fields[12]),
            let started = Double(fields[19]), let boot = value("btime", in: "/proc/stat")
        else { return nil }
        let ticks = Double(max(sysconf(Int32(_SC_CLK_TCK)), 1))
        return ((user + system) / ticks, boot + started / ticks)
    }

    private static var openDescriptors: Double? {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double($0.count) }
    }

    private static var residentBytes: Double? { value("VmRSS:", in: "/proc/self/status").map { $0 * 1024 } }

    private static var memoryLimitBytes: Double? {
        let machine = value("MemTotal:", in: "/proc/meminfo").map { $0 * 1024 }
        let group = read("/proc/self/cgroup")?.split(separator: "\n").first { $0.hasPrefix("0::") }?.dropFirst(3)
        let bound = group.flatMap { read("/sys/fs/cgroup\($0)/memory.max") }
            .flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        return [machine, bound].compactMap(\.self).min()
    }

    /// The number behind a word at the beginning of a line.
    private static func value(_ word: String, in path: String) -> Double? {
        let line = read(path)?.split(separator: "\n").first { $0.hasPrefix(word) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
    }

    private static func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
