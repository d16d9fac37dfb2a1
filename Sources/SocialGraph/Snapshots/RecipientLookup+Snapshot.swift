public import DurableFiles
public import StatuscastModel

extension RecipientLookup {
    public var snapshotScope: SnapshotScope {
        SnapshotScope(kind: .recipients, partitions: followers.partitions, kept: followers.kept)
    }

    public func write(to writer: inout SnapshotWriter) throws(FileError) {
        try followers.write(to: &writer)
        try rules.write(to: &writer)
    }

    /// Each takes the kinds that it wrote.
    public mutating func restore(_ section: SnapshotSection) throws(DecodeError) {
        try followers.restore(section)
        try rules.restore(section)
    }
}
