internal import DurableFiles
internal import Queue
internal import Settings
internal import StatuscastModel

/// How the topics of one queue node share its disk.
///
/// Without quotas each may fill the disk, but for a reserve that they leave to those that matter more, step by step: bulk
/// deliveries are full first, then the other lanes, then what was accepted, then what clients post; user changes have
/// the last of it. So a full delivery topic never stops posting, and a full disk never stops following.
public struct QueueDisk: Sendable, Hashable {
    /// Bounds of single topics in bytes of their files; 16 MiB at least, so that every frame fits.
    public var quotaBytes: [String: Int]
    /// Nil: 2 % of the filesystem, 4 GiB at most.
    public var reserveBytes: Int?

    public static let quotaBytesMin = 16 << 20
    static let reserveBytesMax = 4 << 30

    public init(quotaBytes: [String: Int] = [:], reserveBytes: Int? = nil) {
        self.quotaBytes = quotaBytes
        self.reserveBytes = reserveBytes
    }

    /// The topics of a node whose data lies below `directory`, which exists. Throws for a topic that there is not and a
    /// quota that is too small.
    func topics(at directory: String, files: any FileSystem = PosixFileSystem()) throws -> [TopicSpec] {
        let known = Set(Topics.all.map(\.topic))
        for (topic, quota) in quotaBytes.sorted(by: { $0.key < $1.key }) {
            guard known.contains(topic) else {
                throw SettingsError("a quota for \"\(topic)\", which is no topic; there are \(known.sorted().joined(separator: ", "))")
            }
            guard quota >= Self.quotaBytesMin else {
                throw SettingsError("a quota of \(quota) bytes for \(topic); \(Self.quotaBytesMin) at least")
            }
        }
        let reserve = try reserveBytes ?? min(Self.reserveBytesMax, files.room(at: directory).totalBytes / 50)
        let ranks = Topics.byImportance
        return Topics.all.map { topic, groups in
            let rank = ranks.firstIndex(of: topic) ?? ranks.count - 1
            return TopicSpec(
                name: topic, groups: groups, quotaBytes: quotaBytes[topic],
                keepFreeBytes: reserve / (ranks.count - 1) * rank)
        }
    }
}
