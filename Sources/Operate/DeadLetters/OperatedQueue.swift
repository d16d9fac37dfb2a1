internal import Queue
internal import QueueCluster
internal import Settings

/// The way to the queue nodes that run on a data directory: `statuscast-queue`, or those inside `statuscast up`.
struct OperatedQueue: Sendable {
    private let queue: any Queue

    /// The nodes that the cluster has now.
    init(_ data: DataDirectory) throws {
        let reach = NodeReach(data: data)
        queue = RingQueue(
            members: try MembershipAccess(data: data).current().nodes.map { node in
                RingMember(
                    node: try reach.connect(node), weight: node.weight, takesNewStreams: node.state == .active)
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
