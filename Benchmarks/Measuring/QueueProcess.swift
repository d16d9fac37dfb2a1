internal import NIOPosix
public import Queue
internal import QueueCluster
internal import Wire

/// A real `statuscast-queue` with new data, and the engine's client connected to it over its socket.
public struct QueueProcess: Sendable {
    public let queue: RingQueue
    private let child: ChildProcess

    /// `listen` is `unix:PATH` or `tcp:HOST:PORT`.
    public static func start(executable: String, directory: String, listen: String) async throws -> QueueProcess {
        guard let address = WireAddress(listen) else { throw BenchmarkError("\(listen) is no address") }
        let child = try ChildProcess(
            executable,
            [
                "--data", directory + "/data", "--name", "q1", "--listen", listen, "--log-level", "warning",
                "--metrics-listen", "off",
            ], output: directory + "/queue.log")
        try await child.waitUntilReady { child.said.contains("listens on") }
        let node = RemoteNode(name: "q1", address: address, group: MultiThreadedEventLoopGroup.singleton)
        return QueueProcess(queue: RingQueue(nodes: [(node, 1)]), child: child)
    }

    public func stop() async {
        await queue.close()
        child.stop()
    }
}
