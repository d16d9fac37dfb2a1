internal import NIOPosix
internal import Queue
internal import QueueCluster
internal import Settings
internal import Wire

/// The way to the queue nodes that run on a data directory: `statuscast-queue`, or those inside `statuscast up`.
struct OperatedQueue: Sendable {
    private let queue: any Queue

    /// `written` as in `--queue-nodes`; nil for the nodes that have data in the directory.
    init(_ data: DataDirectory, nodes written: String?) throws {
        let names = try written ?? data.queueNodeNames().joined(separator: ",")
        guard !names.isEmpty else {
            throw OperateError(.usage, "no queue node has data in \(data.path); name them with --queue-nodes")
        }
        var options = QueueOptions()
        options.queueNodes = names
        queue = RingQueue(
            nodes: try options.nodes(in: data).map { name, address in
                guard let parsed = WireAddress(address) else {
                    throw OperateError(
                        .usage, "\"\(address)\" of queue node \(name) is neither unix:PATH nor tcp:HOST:PORT")
                }
                let node = RemoteNode(name: name, address: parsed, group: MultiThreadedEventLoopGroup.singleton)
                return (node: node as any QueueNode, weight: 1)
            })
    }

    /// Durable on the nodes on return.
    func append(_ frames: [OutgoingFrame], to topic: String) async throws {
        do throws(QueueError) {
            try await queue.append(frames, to: topic)
        } catch {
            let status: ExitStatus =
                switch error.code {
                case .temporary: .unavailable
                case .full: .temporary
                default: .failed
                }
            throw OperateError(
                status, "the queue does not take it: \(error); is the server of this data directory running?")
        }
    }

    func close() async { await queue.close() }
}
