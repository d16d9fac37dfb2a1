internal import Glibc

/// A process, told apart from every other that runs or ran: by machine, boot, pid namespace, pid and start time.
struct ProcessIdentity: Hashable {
    var host: String
    var boot: String
    /// Containers of one host and boot may each have a process of the same number.
    var namespace: String
    var process: Int32
    /// In clock ticks since the boot, so that a number used again is another process.
    var started: UInt64

    /// This process.
    static let current: ProcessIdentity = {
        let process = getpid()
        return ProcessIdentity(
            host: hostName(), boot: firstLine(of: "/proc/sys/kernel/random/boot_id") ?? "unknown",
            namespace: link("/proc/self/ns/pid") ?? "unknown", process: process,
            started: running(process)?.started ?? 0)
    }()

    /// True only if it is certain: it ran on this machine since its last boot, where this process can see it, and
    /// it is not there any more.
    var isGone: Bool {
        let here = Self.current
        guard host == here.host, boot == here.boot, namespace == here.namespace, boot != "unknown" else { return false }
        guard let process = Self.running(process) else { return kill(self.process, 0) != 0 && errno == ESRCH }
        return process.started != started || process.isDead
    }

    /// What `/proc` says of a process; nil if it cannot be read.
    private static func running(_ process: Int32) -> (started: UInt64, isDead: Bool)? {
        guard let line = firstLine(of: "/proc/\(process)/stat"), let name = line.lastIndex(of: ")") else { return nil }
        // Behind the name, which may hold anything: the state is field 3, the start time field 22.
        let fields = line[line.index(after: name)...].split(separator: " ")
        guard fields.count > 19, let started = UInt64(fields[19]) else { return nil }
        return (started, ["Z", "X", "x"].contains(fields[0]))
    }

    private static func hostName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func firstLine(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    private static func link(_ path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: 256)
        let count = readlink(path, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
}

extension SealedText {
    /// The fields `host`, `boot`, `namespace`, `process` and `started`.
    var identity: ProcessIdentity? {
        get {
            guard let host = self["host"], let boot = self["boot"], let namespace = self["namespace"],
                let process = self["process"].flatMap({ Int32($0) }),
                let started = self["started"].flatMap({ UInt64($0) })
            else { return nil }
            return ProcessIdentity(host: host, boot: boot, namespace: namespace, process: process, started: started)
        }
        set {
            self["host"] = newValue?.host
            self["boot"] = newValue?.boot
            self["namespace"] = newValue?.namespace
            self["process"] = newValue.map { String($0.process) }
            self["started"] = newValue.map { String($0.started) }
        }
    }
}
