public import DurableFiles
internal import HashRing
public import StatuscastModel

extension AuthorDirectory {
    public var snapshotScope: SnapshotScope {
        SnapshotScope(
            kind: .authors, partitions: partitions, kept: Array(repeating: true, count: partitions.rawValue))
    }

    public func write(to writer: inout SnapshotWriter) throws(FileError) {
        try writer.section(.standings, standings.encoded())
        var recent = ByteWriter()
        recent.integers(recentFollows.inOrder.map(\.rawValue))
        try writer.section(.recentEvents, recent)
        var content = ByteWriter(reserving: SnapshotSection.fullBytes)
        for partition in partitions.all {
            let shelf = shelves[Int(partition.rawValue)]
            for (number, account) in numbers.accounts(in: partition).enumerated() {
                content.id(account)
                shelf.entries[number].encode(into: &content)
                content.integers(Array(shelf.followerPartitions.bits(of: number)))
                try writer.sectionIfFull(.authors, &content)
            }
        }
        try writer.section(.authors, content)
    }

    public mutating func restore(_ section: SnapshotSection) throws(DecodeError) {
        var reader = ByteReader(section.content)
        switch section.kind {
        case .standings: try standings.restore(&reader)
        case .recentEvents:
            let events: [UInt64] = try reader.integers("recent events")
            for event in events { _ = recentFollows.isNew(EventID(rawValue: event)) }
        case .authors:
            while !reader.isAtEnd {
                let account: AccountID = try reader.id("account")
                let entry = try AuthorEntry(from: &reader)
                guard restore(account, entry, followerPartitions: try reader.integers("partitions")) else {
                    throw DecodeError(field: "account", reason: .invalid("\(account) is there twice"))
                }
            }
        default: break
        }
    }
}

extension AuthorEntry {
    func encode(into writer: inout ByteWriter) {
        writer.id(version)
        writer.integer(followers)
        writer.flag(priority)
        writer.flag(suspended)
        writer.text(username)
        writer.text(displayName)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        version = try reader.id("version")
        followers = try reader.integer("followers")
        priority = try reader.flag("priority")
        suspended = try reader.flag("suspended")
        username = try reader.text("username")
        displayName = try reader.text("display name")
    }
}
