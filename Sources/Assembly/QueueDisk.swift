internal import DurableFiles
internal import Queue
internal import StatuscastModel

/// How the topics of one queue node share its disk.
///
/// Without quotas each may fill the disk, but for a reserve that they leave to those that matter more, step by step: bulk
/// deliveries are full first, then the other lanes, then what was accepted, then what clients post; user changes have
/// the last of it. So a full delivery topic never stops posting, and a full disk never stops following.
public struct QueueDisk: Sendable, Hashable {
    /// Bounds of single topics in bytes of their files.
    public var quotaBytes: [String: Int]
    /// Nil: 2 % of the filesystem, 4 GiB at most.
    public var reserveBytes: Int?
    /// Topics for route workers, which give way to all others.
    public var routeTopics: [String]

    static let reserveBytesMax = 4 << 30

    public init(quotaBytes: [String: Int] = [:], reserveBytes: Int? = nil, routeTopics: [String] = []) {
        self.quotaBytes = quotaBytes
        self.reserveBytes = reserveBytes
        self.routeTopics = routeTopics
    }

    /// The topics of a node whose data lies below `directory`, which exists.
    func topics(at directory: String, files: any FileSystem = PosixFileSystem()) throws(FileError) -> [TopicSpec] {
        let reserve =
            if let reserveBytes { reserveBytes } else {
                min(Self.reserveBytesMax, try files.room(at: directory).totalBytes / 50)
            }
        let ranks = Topics.byImportance
        let routes = routeTopics.map { (topic: $0, groups: [Topics.Group.route]) }
        return (Topics.all + routes).map { topic, groups in
            let rank = ranks.firstIndex(of: topic) ?? ranks.count
            return TopicSpec(
                name: topic, groups: groups, quotaBytes: quotaBytes[topic],
                keepFreeBytes: reserve / (ranks.count - 1) * rank)
        }
    }
}
