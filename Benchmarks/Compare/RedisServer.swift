import Foundation
import Measuring

/// `redis-server` on a Unix socket with an append-only file, and its own load generator.
struct RedisServer: Sendable {
    /// When an append-only file is synced.
    enum Sync: String {
        case everySecond = "everysec"
        case always
    }

    let child: ChildProcess
    private let peers: Peers
    private let directory: String

    private var socket: String { directory + "/redis.sock" }

    static func start(directory: String, _ peers: Peers, _ sync: Sync) async throws -> RedisServer {
        let child = try ChildProcess(
            try peers.path("redis-server"),
            [
                "--port", "0", "--unixsocket", directory + "/redis.sock", "--dir", directory, "--save", "",
                "--appendonly", "yes", "--appendfsync", sync.rawValue, "--auto-aof-rewrite-percentage", "0",
            ], output: directory + "/out", environment: peers.environment)
        let server = RedisServer(child: child, peers: peers, directory: directory)
        try await child.waitUntilReady { try await server.command(["PING"]).hasPrefix("PONG") }
        return server
    }

    /// A command and its answer as `redis-cli` prints it.
    func command(_ words: [String]) async throws -> String {
        try await run("redis-cli", ["-s", socket] + words)
    }

    /// Runs a command `count` times; `__rand_int__` in it is a number below `keys`. Answers commands a second.
    func load(
        _ words: [String], count: Int, keys: Int, connections: Int, pipeline: Int
    ) async throws -> Double {
        let text = try await run(
            "redis-benchmark",
            [
                "-s", socket, "-n", "\(count)", "-r", "\(keys)", "-c", "\(connections)", "-P", "\(pipeline)", "--csv",
            ] + words)
        // The command stands in quotes in front and may hold anything; seven numbers in quotes follow it.
        let numbers = text.split(separator: "\"").compactMap { Double($0) }.suffix(7)
        guard numbers.count == 7, let perSecond = numbers.first else {
            throw BenchmarkError("redis-benchmark said: \(text)")
        }
        return perSecond
    }

    /// What all lists together hold, and the bytes of the append-only file.
    func stored() async throws -> (entries: Int, fileBytes: Int) {
        let script = """
            local sum = 0 for _, key in ipairs(redis.call('keys', '*')) do sum = sum + redis.call('llen', key) end \
            return sum
            """
        let answer = try await command(["EVAL", script, "0"])
        guard let entries = Int(answer.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw BenchmarkError("Redis answered \(answer)")
        }
        return (entries, ScratchDirectory.bytes(below: directory + "/appendonlydir"))
    }

    private func run(_ program: String, _ arguments: [String]) async throws -> String {
        try await ChildProcess.run(
            try peers.path(program), arguments, output: directory + "/\(program).out", environment: peers.environment)
    }
}
