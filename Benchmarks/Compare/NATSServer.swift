import Foundation
import Measuring
import NIOCore

/// `nats-server` with JetStream that syncs every write, and its text protocol as far as a publisher needs it.
struct NATSServer: Sendable {
    let child: ChildProcess
    private let port: Int
    private let directory: String

    static func start(_ program: String, directory: String, _ peers: Peers) async throws -> NATSServer {
        let port = try await FreePort.find()
        let file = directory + "/nats.conf"
        let text = """
            listen: "127.0.0.1:\(port)"
            jetstream { store_dir: "\(directory)/jetstream", sync_interval: always }
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        let child = try ChildProcess(
            program, ["-c", file], output: directory + "/out", environment: peers.environment)
        let server = NATSServer(child: child, port: port, directory: directory + "/jetstream")
        do {
            try await child.waitUntilReady { child.said.contains("Server is ready") }
            try await server.request(
                "$JS.API.STREAM.CREATE.receive",
                #"{"name":"receive","subjects":["receive.*"],"storage":"file","num_replicas":1}"#)
        } catch {
            child.stop()
            throw error
        }
        return server
    }

    /// Publishes and waits for JetStream's acknowledgements; the stream must hold all of them in the end.
    func publish(_ bytes: Int, _ connections: Int, _ outstanding: Int, seconds: Double) async throws -> Double {
        let (perSecond, answered) = try await load("receive.0", Comparison.payload(bytes)).run(
            connections: connections, outstandingEach: outstanding / connections, seconds: seconds)
        let stored = ScratchDirectory.bytes(below: directory)
        try verify(stored >= answered * bytes, "\(stored) bytes for \(answered) messages")
        try await request("$JS.API.STREAM.INFO.receive", "", mustHold: "\"messages\":\(answered),")
        return perSecond
    }

    private func request(_ subject: String, _ body: String, mustHold text: String = "") async throws {
        try await load(subject, body, mustHold: text).once()
    }

    /// Each connection has an inbox of its own for the acknowledgements.
    private func load(_ subject: String, _ body: String, mustHold text: String = "") -> PipelinedLoad {
        let inbox = "_INBOX.\(UInt64.random(in: 0...UInt64.max))"
        return PipelinedLoad(
            port: port, greeting: { "CONNECT {\"verbose\":false}\r\nSUB \(inbox).\($0) 1\r\n" },
            request: { ByteBuffer(string: "PUB \(subject) \(inbox).\($0) \(body.utf8.count)\r\n\(body)\r\n") },
            reader: { buffer in try Self.replies(in: &buffer, mustHold: text) })
    }

    private static func replies(in buffer: inout ByteBuffer, mustHold text: String) throws -> Int {
        var count = 0
        while true {
            let start = buffer.readerIndex
            guard let line = buffer.readLine() else { return count }
            if line.hasPrefix("-ERR") { throw BenchmarkError("NATS answered \(line)") }
            guard line.hasPrefix("MSG ") else { continue }
            guard let length = line.split(separator: " ").last.flatMap({ Int($0) }) else {
                throw BenchmarkError("NATS answered \(line)")
            }
            guard let body = buffer.readString(length: length + 2) else {
                buffer.moveReaderIndex(to: start)
                return count
            }
            guard !body.contains("\"error\""), text.isEmpty || body.contains(text) else {
                throw BenchmarkError("JetStream answered \(body)")
            }
            count += 1
        }
    }
}
