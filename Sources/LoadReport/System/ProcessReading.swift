internal import Foundation

extension ProcessFigures {
    /// Of a process of this machine; nil where it has ended or belongs to somebody else.
    public static func of(process id: Int32) -> ProcessFigures? {
        guard let stat = text("/proc/\(id)/stat"), let status = text("/proc/\(id)/status") else { return nil }
        // The name in brackets may hold spaces; what follows it has fixed places.
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 13, let user = Double(fields[11]), let system = Double(fields[12]) else { return nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        let kilobytes = number(after: "VmRSS:", in: status) ?? 0
        let written = text("/proc/\(id)/io").flatMap { number(after: "\nwrite_bytes:", in: $0) } ?? 0
        return ProcessFigures(
            cpuSeconds: (user + system) / ticks, memoryBytes: kilobytes * 1_024, writtenBytes: written)
    }

    private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    private static func number(after name: String, in text: String) -> Double? {
        guard let range = text.range(of: name) else { return nil }
        return text[range.upperBound...].split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" }).first
            .flatMap { Double($0) }
    }
}

/// Which process listens on a port of the loopback: the files that Prometheus reads name ports and no processes.
public enum ListeningProcess {
    /// Nil where none of this user's does.
    public static func on(port: Int) -> Int32? {
        guard let inode = inode(ofPort: port) else { return nil }
        let wanted = "socket:[\(inode)]"
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        for name in processes {
            guard let id = Int32(name),
                let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd")
            else { continue }
            let paths = descriptors.map { "/proc/\(id)/fd/\($0)" }
            if paths.contains(where: { (try? FileManager.default.destinationOfSymbolicLink(atPath: $0)) == wanted }) {
                return id
            }
        }
        return nil
    }

    private static func inode(ofPort port: Int) -> String? {
        let digits = String(port, radix: 16, uppercase: true)
        let suffix = ":" + String(repeating: "0", count: 4 - digits.count) + digits
        for path in ["/proc/net/tcp", "/proc/net/tcp6"] {
            let table = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            for line in table.split(separator: "\n").dropFirst() {
                let fields = line.split(separator: " ")
                // 0A is LISTEN.
                if fields.count > 9, fields[1].hasSuffix(suffix), fields[3] == "0A" { return String(fields[9]) }
            }
        }
        return nil
    }
}
