internal import HashRing
internal import NIOCore
internal import NIOPosix
internal import Queue
internal import QueueCluster
internal import Settings
internal import StatuscastModel
internal import Wire

/// The queue nodes as the operator's command sees them: each asked by itself, over the wire.
struct NodeReach: Sendable {
    /// What one node has said.
    struct Answer: Sendable {
        var node: QueueMembership.Node
        var stats: Result<[TopicStats], QueueError>
    }

    let data: DataDirectory

    func connect(_ node: QueueMembership.Node) throws -> RemoteNode {
        let written = try node.address(in: data)
        guard let address = WireAddress(written) else {
            throw OperateError(
                .usage, "\"\(written)\" of queue node \(node.name) is neither unix:PATH nor tcp:HOST:PORT")
        }
        return RemoteNode(name: node.name, address: address, group: MultiThreadedEventLoopGroup.singleton)
    }

    /// Asks all at the same time; the answers in the order of the nodes.
    func stats(of nodes: [QueueMembership.Node]) async throws -> [Answer] {
        let remotes = try nodes.map { try connect($0) }
        let answers = await withTaskGroup(of: (Int, Answer).self) { group in
            for (index, remote) in remotes.enumerated() {
                group.addTask {
                    let stats: Result<[TopicStats], QueueError>
                    do throws(QueueError) {
                        stats = .success(try await remote.stats())
                    } catch {
                        stats = .failure(error)
                    }
                    return (index, Answer(node: nodes[index], stats: stats))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for remote in remotes { await remote.close() }
        return answers.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// What still lies on a node, by topic and group, and whether it takes nothing new any more in any topic.
    func remains(on node: QueueMembership.Node) async throws -> Remains {
        let remote = try connect(node)
        do throws(QueueError) {
            var remains = Remains(isClosed: true, rows: try await remote.stats().filter { $0.depthFrames > 0 })
            for topic in Topics.all {
                do throws(QueueError) {
                    try await remote.open([], topic: topic.topic)
                    remains.isClosed = false
                } catch {
                    guard error.code == .draining else { throw error }
                }
            }
            await remote.close()
            return remains
        } catch {
            await remote.close()
            throw OperateError(error)
        }
    }

    struct Remains: Sendable {
        var isClosed: Bool
        var rows: [TopicStats]

        var isDrained: Bool { isClosed && rows.isEmpty }
        /// The most that any group has before it, by topic.
        var frames: UInt64 {
            Dictionary(grouping: rows, by: \.topic).values.reduce(0) { $0 + ($1.map(\.depthFrames).max() ?? 0) }
        }

        var text: String {
            if !isClosed { return "it still takes new frames" }
            return rows.map { "\($0.topic) for \($0.group): \($0.depthFrames) frames" }.joined(separator: ", ")
        }
    }
}

extension OperateError {
    init(_ error: QueueError) {
        let status: ExitStatus =
            switch error.code {
            case .temporary: .unavailable
            default: .failed
            }
        self.init(status, error.message)
    }
}
