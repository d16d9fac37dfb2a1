import Measuring
import NIOCore

extension Comparison {
    private static let frameBytes = 400
    private static let connections = 16

    /// Appends to a queue server, so many of them outstanding at every moment.
    static func queue(_ place: Place, _ peers: Peers, outstanding: Int) -> Comparison {
        var comparison = Comparison(
            title: "Queue appends, \(outstanding) outstanding",
            trials: [ours(place, outstanding)],
            unlike: """
                Our client joins the frames of concurrent callers into requests on one connection, as every role does \
                that appends, and numbers them; a peer's requests go out one by one over \(connections) connections, \
                as many as are due in one write. Ours keeps the order within each of 32 partitions, NATS within one \
                stream, beanstalkd by priority.
                """)
        comparison.add(peers.program("nats-server")) { nats($0, place, peers, outstanding) }
        comparison.add(peers.program("beanstalkd")) { beanstalk($0, place, peers, outstanding) }
        return comparison
    }

    private static func ours(_ place: Place, _ outstanding: Int) -> Trial {
        Trial(
            [.init("statuscast-queue", "appends/s")], recordBytes: frameBytes,
            note: "TCP, one copy; fdatasync before each acknowledgement, group commit"
        ) {
            try await ScratchDirectory.with(in: place.directory) { path in
                let node = try await QueueProcess.start(
                    executable: place.bin + "/statuscast-queue", directory: path,
                    listen: "tcp:127.0.0.1:\(try await FreePort.find())")
                do {
                    let load = QueueLoad(queue: node.queue, frameBytes: frameBytes)
                    let figure = try await load.append(appenders: outstanding, seconds: place.seconds).perSecond
                    _ = try await load.fetchAll()
                    await node.stop()
                    return [figure]
                } catch {
                    await node.stop()
                    throw error
                }
            }
        }
    }

    private static func nats(_ program: String, _ place: Place, _ peers: Peers, _ outstanding: Int) -> Trial {
        Trial(
            [.init("NATS JetStream", "appends/s")], recordBytes: frameBytes,
            note: "TCP, file storage, one copy; sync_interval always: fsync before each acknowledgement"
        ) {
            try await ScratchDirectory.with(in: place.directory) { path in
                let server = try await NATSServer.start(program, directory: path, peers)
                defer { server.child.stop() }
                return [try await server.publish(frameBytes, connections, outstanding, seconds: place.seconds)]
            }
        }
    }

    private static func beanstalk(
        _ program: String, _ place: Place, _ peers: Peers, _ outstanding: Int
    ) -> Trial {
        Trial(
            [.init("beanstalkd", "appends/s")], recordBytes: frameBytes,
            note: "TCP; -f0: fsync before each acknowledgement"
        ) {
            try await ScratchDirectory.with(in: place.directory) { path in
                let port = try await FreePort.find()
                let child = try ChildProcess(
                    program, ["-l", "127.0.0.1", "-p", "\(port)", "-b", path, "-f0"], output: path + "/out",
                    environment: peers.environment)
                // It leaves the signal to end blocked, as it inherited it.
                defer { child.stop(patienceSeconds: 0) }
                let put = PipelinedLoad(
                    port: port,
                    request: { _ in ByteBuffer(string: "put 0 0 60 \(frameBytes)\r\n\(payload(frameBytes))\r\n") },
                    reader: { buffer in try lines(in: &buffer) { $0.hasPrefix("INSERTED ") } })
                try await child.waitUntilReady {
                    try await put.once()
                    return true
                }
                let (perSecond, answered) = try await put.run(
                    connections: connections, outstandingEach: outstanding / connections, seconds: place.seconds)
                let stored = ScratchDirectory.bytes(below: path)
                try verify(stored >= answered * frameBytes, "\(stored) bytes for \(answered) jobs")
                return [perSecond]
            }
        }
    }

    static func payload(_ bytes: Int) -> String { String(repeating: "z", count: bytes) }

    /// Every whole line must be as expected.
    private static func lines(in buffer: inout ByteBuffer, _ isExpected: (String) -> Bool) throws -> Int {
        var count = 0
        while let line = buffer.readLine() {
            guard isExpected(line) else { throw BenchmarkError("the server answered \(line)") }
            count += 1
        }
        return count
    }
}
