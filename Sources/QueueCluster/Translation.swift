internal import HashRing
internal import Queue

/// The seam's values in the words of proto/queue.proto, and back with every value from the peer checked.
extension PartitionIndex {
    init(checking number: UInt32) throws(QueueError) {
        guard let value = UInt16(exactly: number) else { throw QueueError(.invalid, "partition \(number)") }
        self.init(rawValue: value)
    }

    static func list(_ numbers: [UInt32]) throws(QueueError) -> [PartitionIndex] {
        var list: [PartitionIndex] = []
        list.reserveCapacity(numbers.count)
        for number in numbers { list.append(try PartitionIndex(checking: number)) }
        return list
    }
}

extension StreamKey {
    var message: QueueStreamKey {
        var message = QueueStreamKey()
        message.partition = UInt32(partition.rawValue)
        message.openedUnixMilliseconds = stream.openedUnixMilliseconds
        message.random = stream.random
        return message
    }

    init(_ message: QueueStreamKey) throws(QueueError) {
        self.init(
            partition: try PartitionIndex(checking: message.partition),
            stream: StreamID(openedUnixMilliseconds: message.openedUnixMilliseconds, random: message.random))
    }
}

extension StreamState {
    var message: QueueStreamState {
        var message = QueueStreamState()
        message.key = key.message
        message.first = first
        message.last = last
        return message
    }

    init(_ message: QueueStreamState) throws(QueueError) {
        self.init(key: try StreamKey(message.key), first: message.first, last: message.last)
    }
}

extension [PartitionIndex: Cursor] {
    var messages: [QueuePartitionCursor] {
        map { partition, cursor in
            var message = QueuePartitionCursor()
            message.partition = UInt32(partition.rawValue)
            message.streams = cursor.numbers.map { stream, number in
                var message = QueueStreamNumber()
                message.openedUnixMilliseconds = stream.openedUnixMilliseconds
                message.random = stream.random
                message.number = number
                return message
            }
            return message
        }
    }

    init(_ messages: [QueuePartitionCursor]) throws(QueueError) {
        self.init(minimumCapacity: messages.count)
        for message in messages {
            let partition = try PartitionIndex(checking: message.partition)
            guard self[partition] == nil else { throw QueueError(.invalid, "partition \(partition) is named twice") }
            var numbers: [StreamID: UInt64] = [:]
            numbers.reserveCapacity(message.streams.count)
            for stream in message.streams {
                let id = StreamID(openedUnixMilliseconds: stream.openedUnixMilliseconds, random: stream.random)
                guard numbers.updateValue(stream.number, forKey: id) == nil else {
                    throw QueueError(.invalid, "stream \(id) is named twice")
                }
            }
            self[partition] = Cursor(numbers)
        }
    }
}

extension TopicStats {
    var message: QueueTopicStats {
        var message = QueueTopicStats()
        message.topic = topic
        message.group = group
        message.depthFrames = depthFrames
        message.depthBytes = depthBytes
        message.oldestAgeMilliseconds = oldestAgeMilliseconds
        return message
    }

    init(_ message: QueueTopicStats, node: String) {
        self.init(
            topic: message.topic, node: node, group: message.group, depthFrames: message.depthFrames,
            depthBytes: message.depthBytes, oldestAgeMilliseconds: message.oldestAgeMilliseconds)
    }
}
