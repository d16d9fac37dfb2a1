public import DurableFiles

/// Where and when the snapshots of a look-up are taken.
public struct LookupSnapshots: Sendable {
    public let directory: SnapshotDirectory
    /// For reading and writing them; the caller stops them.
    public let threads: FileThreads
    public var schedule: SnapshotSchedule

    public init(directory: SnapshotDirectory, threads: FileThreads, schedule: SnapshotSchedule = SnapshotSchedule()) {
        self.directory = directory
        self.threads = threads
        self.schedule = schedule
    }
}
