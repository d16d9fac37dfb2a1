import Foundation

/// `statuscast up` on a free port.
struct Server: Sendable {
    let process: ChildProcess
    let base: String
    let data: String

    static func up(data: String, port: Int = 0, more: [String] = []) async throws -> Server {
        try await up(data: data, listen: "127.0.0.1:\(port)", more: more)
    }

    static func up(data: String, listen: String, more: [String] = []) async throws -> Server {
        let process = try ChildProcess(
            "statuscast", ["up", "--data", data, "--listen", listen, "--rate-limits", "off"] + more)
        let line = try await process.line(containing: "serves http://")
        let base = try address(in: line)
        try await ready(base)
        return Server(process: process, base: base, data: data)
    }

    /// The front serves before the others are there; this waits for all of them.
    static func ready(_ base: String) async throws {
        try await eventually("\(base) is ready", within: .seconds(30)) {
            let state = try await Client(base).get("/health/ready").object
            return state["ready"] as? Bool == true && state["store"] as? String == "answers" ? true : nil
        }
    }

    /// A port that is free now, for clients that must know the server's name before it starts.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw IntegrationError("no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    static func address(in line: String) throws -> String {
        guard let start = line.range(of: "http://") else { throw IntegrationError("no address in \"\(line)\"") }
        return String(line[start.lowerBound...].prefix { $0 != " " })
    }
}

/// The roles as processes of their own, three queue nodes among them. One task at a time may kill and start.
actor Cluster {
    /// The kinds of process, in the order in which they are started.
    static let kinds = ["queue", "store", "receive", "deliver", "api"]

    let data: String
    private(set) var base = ""
    private var listen: String
    private var running: [String: ChildProcess] = [:]
    private let commands: [(key: String, executable: String, arguments: [String])]
    private let logging: [String]

    init(
        data: String, listen: String = "127.0.0.1:0", receiveArguments: [String] = [],
        logging: [String] = ["--log-level", "warning"]
    ) {
        self.data = data
        self.listen = listen
        self.logging = logging
        let nodes = ["--queue-nodes", "q1,q2,q3"]
        var commands: [(key: String, executable: String, arguments: [String])] = []
        for name in ["q1", "q2", "q3"] { commands.append(("queue \(name)", "statuscast-queue", ["--name", name])) }
        commands.append(("store", "statuscast-store", nodes))
        commands.append(("receive", "statuscast-receive", nodes + receiveArguments))
        for lane in ["priority", "normal", "bulk"] {
            commands.append(("deliver \(lane)", "statuscast-deliver", nodes + ["--lane", lane]))
        }
        commands.append(("api", "statuscast-api", nodes + ["--rate-limits", "off"]))
        self.commands = commands
    }

    /// `folder` names another build's executables; those of this build otherwise.
    func start(from folder: String? = nil) async throws {
        for command in commands { try await start(command.key, from: folder) }
        try await ready()
    }

    private func ready() async throws {
        do {
            try await Server.ready(base)
        } catch {
            throw IntegrationError("\(error)\n\(complaints())")
        }
    }

    /// Keys of the processes of a kind, for example the three of `queue`.
    func keys(of kind: String) -> [String] { commands.map(\.key).filter { $0.hasPrefix(kind) } }

    func start(_ key: String, from folder: String? = nil) async throws {
        guard let command = commands.first(where: { $0.key == key }) else { throw IntegrationError("no \(key)") }
        var arguments = command.arguments + ["--data", data] + logging
        if key == "api" { arguments += ["--listen", listen] }
        let process = try ChildProcess(command.executable, arguments, from: folder)
        running[key] = process
        if key.hasPrefix("queue") { _ = try await process.line(containing: "listens on") }
        if key == "api" {
            base = try Server.address(in: try await process.line(containing: "serves http://"))
            // Wherever it is started again, clients find it where it was.
            listen = String(base.dropFirst("http://".count))
        }
    }

    func signal(_ key: String, _ number: Int32) { running[key]?.signal(number) }
    /// Stops every process of a kind and starts another build's in its place, one after the other.
    func roll(_ kind: String, to folder: String?) async throws {
        for key in keys(of: kind) {
            try await terminate(key)
            try await start(key, from: folder)
            try await ready()
        }
    }

    /// The folder that the process runs from.
    func folder(of key: String) throws -> String {
        let process = running[key]?.identifier ?? 0
        return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe")
            .split(separator: "/").dropLast().map { "/" + $0 }.joined()
    }

    func kill(_ key: String) async throws { try await running[key]?.killNow() }

    func terminate(_ key: String) async throws { try await running[key]?.terminate() }

    /// Stops everything in reverse order.
    func stop() async throws {
        for command in commands.reversed() { try await terminate(command.key) }
    }

    func standardError(of key: String) -> String { running[key]?.standardError ?? "" }

    /// What each process has said on standard error, for a failed test's report.
    func complaints() -> String {
        running.map { "== \($0.key)\n\($0.value.standardError.suffix(2000))" }.sorted().joined(separator: "\n")
    }
}
