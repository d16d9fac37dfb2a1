internal import HashRing
internal import NIOCore
public import Queue
public import Wire

/// Serves a queue node over the wire. Appends of one connection reach the node in the order in which they arrived.
public struct QueueNodeService: WireHandler {
    private let node: any QueueNode

    public init(node: any QueueNode) { self.node = node }

    public var protocols: [WireProtocol] { [QueueProtocol.spoken] }

    public func handle(_ request: WireRequest, reply: WireReply) {
        if request.method == QueueMethod.append {
            append(request, reply)
            return
        }
        reply.complete { () async throws(WireError) in
            do throws(QueueError) {
                return try await answer(request)
            } catch {
                throw ErrorCodes.wireError(error)
            }
        }
    }

    /// On the event loop: that keeps the order.
    private func append(_ request: WireRequest, _ reply: WireReply) {
        do throws(QueueError) {
            let message = try MessageBytes.decode(QueueAppend.self, request.control)
            guard message.frames.count <= RemoteLimits.framesPerRequest else {
                throw QueueError(.invalid, "\(message.frames.count) frames in one request")
            }
            let frames = try FrameBytes.splitAppended(message.frames, request.payload)
            node.append(frames, topic: message.topic) { result in
                switch result {
                case .success: reply.succeed(WireResponse())
                case .failure(let error): reply.fail(ErrorCodes.wireError(error))
                }
            }
        } catch {
            reply.fail(ErrorCodes.wireError(error))
        }
    }

    private func answer(_ request: WireRequest) async throws(QueueError) -> WireResponse {
        switch request.method {
        case QueueMethod.open: try await open(MessageBytes.decode(QueueOpenStreams.self, request.control))
        case QueueMethod.fetch: try await fetch(MessageBytes.decode(QueueFetch.self, request.control))
        case QueueMethod.streams: try await streams(MessageBytes.decode(QueuePartitions.self, request.control))
        case QueueMethod.announce: try await announce(MessageBytes.decode(QueueAnnounce.self, request.control))
        case QueueMethod.commit: try await commit(MessageBytes.decode(QueueCommit.self, request.control))
        case QueueMethod.committed: try await committed(MessageBytes.decode(QueuePartitions.self, request.control))
        case QueueMethod.stats: try await stats()
        case QueueMethod.adopt: try await adopt(MessageBytes.decode(QueueCommit.self, request.control))
        default: throw QueueError(.unsupportedVersion, "this node does not know \(request.method)")
        }
    }

    private func open(_ message: QueueOpenStreams) async throws(QueueError) -> WireResponse {
        var keys: [StreamKey] = []
        for key in message.streams { keys.append(try StreamKey(key)) }
        try await node.open(keys, topic: message.topic)
        return WireResponse()
    }

    private func fetch(_ message: QueueFetch) async throws(QueueError) -> WireResponse {
        let frames = try await node.fetch(
            message.topic, after: [PartitionIndex: Cursor](message.cursors),
            maxBytes: min(max(1, Int(message.maxBytes)), RemoteLimits.fetchBytesMax),
            waitMilliseconds: min(Int(message.waitMilliseconds), RemoteLimits.waitMillisecondsMax))
        var fetched = QueueFetched()
        let payload: ByteBuffer
        (fetched.frames, payload) = FrameBytes.join(frames)
        return WireResponse(control: try MessageBytes.encode(fetched), payload: payload)
    }

    private func streams(_ message: QueuePartitions) async throws(QueueError) -> WireResponse {
        let states = try await node.streams(of: message.topic, partitions: PartitionIndex.list(message.partitions))
        var answer = QueueStreamStates()
        answer.streams = states.map(\.message)
        return WireResponse(control: try MessageBytes.encode(answer))
    }

    private func announce(_ message: QueueAnnounce) async throws(QueueError) -> WireResponse {
        try await node.announce(
            term: message.term, topic: message.topic, group: message.group,
            partition: PartitionIndex(checking: message.partition))
        return WireResponse()
    }

    private func commit(_ message: QueueCommit) async throws(QueueError) -> WireResponse {
        try await node.commit(
            message.topic, group: message.group, term: message.term,
            cursors: [PartitionIndex: Cursor](message.cursors))
        return WireResponse()
    }

    private func adopt(_ message: QueueCommit) async throws(QueueError) -> WireResponse {
        try await node.adopt(
            message.topic, group: message.group, cursors: [PartitionIndex: Cursor](message.cursors))
        return WireResponse()
    }

    private func committed(_ message: QueuePartitions) async throws(QueueError) -> WireResponse {
        let cursors = try await node.committed(
            message.topic, group: message.group, partitions: PartitionIndex.list(message.partitions))
        var answer = QueueCommitted()
        answer.cursors = cursors.messages
        return WireResponse(control: try MessageBytes.encode(answer))
    }

    private func stats() async throws(QueueError) -> WireResponse {
        var answer = QueueStats()
        answer.node = node.name
        answer.topics = try await node.stats().map(\.message)
        return WireResponse(control: try MessageBytes.encode(answer))
    }
}
