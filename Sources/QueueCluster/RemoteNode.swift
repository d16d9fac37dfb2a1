public import HashRing
public import NIOCore
public import Queue
public import Wire

/// A queue node in another process, reached over the wire.
///
/// Two connections: waiting fetches never stand in the way of appends. A node that does not answer is `.temporary`;
/// whether what was under way was done is unknown then. May be used from any thread.
public final class RemoteNode: QueueNode {
    public let name: String
    private let requests: WireClient
    private let fetches: WireClient

    public init(name: String, address: WireAddress, group: any EventLoopGroup) {
        self.name = name
        requests = WireClient(address: address, protocols: [QueueProtocol.spoken], group: group)
        fetches = WireClient(address: address, protocols: [QueueProtocol.spoken], group: group)
    }

    public func open(_ streams: [StreamKey], topic: String) async throws(QueueError) {
        var message = QueueOpenStreams()
        message.topic = topic
        message.streams = streams.map(\.message)
        _ = try await call(QueueMethod.open, try MessageBytes.encode(message))
    }

    /// The requests leave in the order of the calls; the completion is called on an event loop.
    public func append(
        _ frames: [NumberedFrame], topic: String, completion: @escaping @Sendable (Result<Void, QueueError>) -> Void
    ) {
        let batches = AppendBatches.split(frames)
        let join = AppendJoin(count: batches.count, completion: completion)
        for batch in batches {
            let (headers, payload) = FrameBytes.join(batch)
            var message = QueueAppend()
            message.topic = topic
            message.frames = headers
            let control: ByteBuffer
            do throws(QueueError) {
                control = try MessageBytes.encode(message)
            } catch {
                join.finish(.failure(error))
                continue
            }
            requests.send(
                QueueMethod.append, control: control, payload: payload,
                deadlineMilliseconds: RemoteLimits.appendDeadlineMilliseconds, whenFull: .wait
            ) { [name] result in
                join.finish(result.map { _ in }.mapError { ErrorCodes.queueError($0, node: name) })
            }
        }
    }

    public func fetch(
        _ topic: String, after cursors: [PartitionIndex: Cursor], maxBytes: Int, waitMilliseconds: Int
    ) async throws(QueueError) -> [FetchedFrame] {
        let wait = UInt32(clamping: min(max(0, waitMilliseconds), RemoteLimits.waitMillisecondsMax))
        var message = QueueFetch()
        message.topic = topic
        message.cursors = cursors.messages
        message.maxBytes = UInt32(clamping: min(max(1, maxBytes), RemoteLimits.fetchBytesMax))
        message.waitMilliseconds = wait
        let response = try await call(
            QueueMethod.fetch, try MessageBytes.encode(message), on: fetches,
            deadlineMilliseconds: wait + RemoteLimits.fetchMarginMilliseconds)
        return try answer { () throws(QueueError) in
            let fetched = try MessageBytes.decode(QueueFetched.self, response.control)
            let frames = try FrameBytes.splitFetched(fetched.frames, response.payload)
            guard frames.allSatisfy({ cursors[$0.partition] != nil }) else {
                throw QueueError(.invalid, "frames of a partition that was not asked for")
            }
            return frames
        }
    }

    public func streams(of topic: String, partitions: [PartitionIndex]) async throws(QueueError) -> [StreamState] {
        let request = try MessageBytes.encode(selection(topic, group: "", partitions))
        let response = try await call(QueueMethod.streams, request)
        return try answer { () throws(QueueError) in
            var states: [StreamState] = []
            for message in try MessageBytes.decode(QueueStreamStates.self, response.control).streams {
                states.append(try StreamState(message))
            }
            return states
        }
    }

    public func announce(
        term: UInt64, topic: String, group: String, partition: PartitionIndex
    ) async throws(QueueError) {
        var message = QueueAnnounce()
        message.topic = topic
        message.group = group
        message.partition = UInt32(partition.rawValue)
        message.term = term
        _ = try await call(QueueMethod.announce, try MessageBytes.encode(message))
    }

    public func commit(
        _ topic: String, group: String, term: UInt64, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError) {
        var message = QueueCommit()
        message.topic = topic
        message.group = group
        message.term = term
        message.cursors = cursors.messages
        _ = try await call(QueueMethod.commit, try MessageBytes.encode(message))
    }

    public func adopt(
        _ topic: String, group: String, cursors: [PartitionIndex: Cursor]
    ) async throws(QueueError) {
        var message = QueueCommit()
        message.topic = topic
        message.group = group
        message.cursors = cursors.messages
        if let version = requests.version(of: QueueProtocol.spoken), version < QueueProtocol.adoptVersion {
            throw QueueError(
                .unsupportedVersion,
                "node \(name) speaks version \(version) of the queue protocol: update it before streams are brought to it"
            )
        }
        _ = try await call(QueueMethod.adopt, try MessageBytes.encode(message))
    }

    public func committed(
        _ topic: String, group: String, partitions: [PartitionIndex]
    ) async throws(QueueError) -> [PartitionIndex: Cursor] {
        let request = try MessageBytes.encode(selection(topic, group: group, partitions))
        let response = try await call(QueueMethod.committed, request)
        return try answer { () throws(QueueError) in
            try [PartitionIndex: Cursor](MessageBytes.decode(QueueCommitted.self, response.control).cursors)
        }
    }

    public func stats() async throws(QueueError) -> [TopicStats] {
        let response = try await call(QueueMethod.stats, ByteBuffer())
        return try answer { () throws(QueueError) in
            let stats = try MessageBytes.decode(QueueStats.self, response.control)
            return stats.topics.map { TopicStats($0, node: stats.node) }
        }
    }

    /// Closes the connections; the node itself goes on.
    public func close() async {
        await requests.close()
        await fetches.close()
    }

    private func selection(_ topic: String, group: String, _ partitions: [PartitionIndex]) -> QueuePartitions {
        var message = QueuePartitions()
        message.topic = topic
        message.group = group
        message.partitions = partitions.map { UInt32($0.rawValue) }
        return message
    }

    private func call(
        _ method: WireMethod, _ control: ByteBuffer, on client: WireClient? = nil,
        deadlineMilliseconds: UInt32 = RemoteLimits.callDeadlineMilliseconds
    ) async throws(QueueError) -> WireResponse {
        do throws(WireError) {
            return try await (client ?? requests).call(
                method, control: control, deadlineMilliseconds: deadlineMilliseconds)
        } catch {
            throw ErrorCodes.queueError(error, node: name)
        }
    }

    /// An answer that makes no sense is the node's fault, not the caller's.
    private func answer<Value>(_ read: () throws(QueueError) -> Value) throws(QueueError) -> Value {
        do throws(QueueError) {
            return try read()
        } catch {
            throw QueueError(.corrupt, "node \(name) has answered with \(error.message)")
        }
    }
}
