internal import StatuscastModel

/// The queue, from both sides.
extension Keys {
    public static let queueNodes = Key(
        "queue.nodes", .queueNodes, [QueueNodeAddress(name: "q1", address: nil)], flag: "--queue-nodes",
        readers: [.store, .receive, .deliver, .api],
        """
        Queue nodes: NAME, for one on this machine (its socket is in the data directory), or NAME=ADDRESS with \
        unix:/PATH or tcp:HOST:PORT. Only for a cluster's first start: afterwards its own list counts, which \
        `statuscast queue add-node` and `drain-node` change.
        """)

    public static let queueName = Key(
        "queue.name",
        Kind<String>(
            "1 to 32 of a-z, 0-9 and -, beginning with a letter", parse: { QueueNodeName.isValid($0) ? $0 : nil },
            text: { $0 }),
        "q1", flag: "--name", readers: [.queue],
        """
        The node's name; its data lies in DATA/queue/NAME. Of one process: set it on its command line or in its \
        environment.
        """)

    public static let queueListen = Key<String?>(
        "queue.listen", Kind<String>.peerAddress.optional(), nil, flag: "--listen", sample: "tcp:10.0.0.1:4000",
        readers: [.queue],
        "Where a queue node is reached; a socket in the data directory by default. Only on networks that you trust.")

    public static let queueSegmentSize = Key(
        "queue.segment_size", .size(16 << 20...1 << 30), 64 << 20, readers: [.queue, .up],
        "Size of the files that a topic's log consists of; space is given back file by file.")

    public static let queueTopicQuota = Key<[TopicQuota]>(
        "queue.topic_quota", .topicQuotas, [], sample: "deliver.bulk=20GiB", readers: [.queue, .up], isReloadable: true,
        """
        The most that single topics may take of a node's disk. Beyond it a topic is full: what feeds it waits, for a \
        topic of posts the answer is 503, and everything goes on when consumers have caught up. Topics route.* have \
        1GiB by default.
        """)

    public static let queueDiskReserve = Key(
        "queue.disk_reserve", Kind<Int>.size(0...1 << 50).optional(), nil, sample: "4GiB", readers: [.queue, .up],
        """
        What less important topics leave of the disk to others, step by step: bulk deliveries are full first, user \
        changes last. 2 % of the disk by default, 4 GiB at most.
        """)

    static let queue = [
        queueNodes.setting, queueName.setting, queueListen.setting, queueSegmentSize.setting, queueTopicQuota.setting,
        queueDiskReserve.setting,
    ]
}

extension Kind where Value == [QueueNodeAddress] {
    static var queueNodes: Kind {
        Kind(
            "NAME or NAME=ADDRESS, comma separated or a list, no name twice", isList: true,
            parse: QueueNodeAddress.list,
            text: { $0.map(\.description).joined(separator: ",") })
    }
}

/// A queue node as it is written: its name, and where it is.
public struct QueueNodeAddress: Sendable, Hashable, CustomStringConvertible {
    public var name: String
    /// Nil for the socket in the data directory.
    public var address: String?

    public init(name: String, address: String?) {
        self.name = name
        self.address = address
    }

    public var description: String { address.map { "\(name)=\($0)" } ?? name }

    /// Names and addresses in the order given; nil for what is no such list.
    static func list(_ text: String) -> [QueueNodeAddress]? {
        var nodes: [QueueNodeAddress] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let name = pieces.first, QueueNodeName.isValid(name), !nodes.contains(where: { $0.name == name })
            else { return nil }
            let address = pieces.count == 2 ? pieces[1] : nil
            if let address, Kind<String>.peerAddress.parse(address) == nil { return nil }
            nodes.append(QueueNodeAddress(name: name, address: address))
        }
        return nodes
    }
}

/// A bound on the files of one topic.
public struct TopicQuota: Sendable, Hashable {
    public var topic: String
    public var bytes: Int

    /// Below that a log is more housekeeping than frames.
    static let bytesMin = 16 << 20

    /// `TOPIC=SIZE, ...`, no topic twice; nil for what is no such list.
    static func list(_ text: String) -> [TopicQuota]? {
        let known = Set(Topics.all.map(\.topic))
        var quotas: [TopicQuota] = []
        for part in text.split(separator: ",") {
            let pieces = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            guard pieces.count == 2, known.contains(pieces[0]) || Topics.isRoute(pieces[0]),
                !quotas.contains(where: { $0.topic == pieces[0] }),
                let bytes = Unit.value(pieces[1], Unit.sizes), bytes >= bytesMin
            else { return nil }
            quotas.append(TopicQuota(topic: pieces[0], bytes: bytes))
        }
        return quotas
    }
}

extension Kind where Value == [TopicQuota] {
    static var topicQuotas: Kind {
        Kind(
            "TOPIC=SIZE, comma separated or a list, 16MiB at least, no topic twice", isList: true,
            parse: TopicQuota.list,
            text: { $0.map { "\($0.topic)=\(Unit.text($0.bytes, Unit.sizes))" }.joined(separator: ",") })
    }
}

extension EffectiveSettings {
    /// Copies that nobody takes away must not fill a disk.
    static let routeQuotaBytes = 1 << 30

    /// Bytes by topic. A topic `route.*` always has a bound.
    public var topicQuotas: [String: Int] {
        let routes = Dictionary(uniqueKeysWithValues: routeTopics.map { ($0, Self.routeQuotaBytes) })
        return self[Keys.queueTopicQuota].reduce(into: routes) { $0[$1.topic] = $1.bytes }
    }
}
