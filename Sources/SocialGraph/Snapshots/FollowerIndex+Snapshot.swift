public import DurableFiles
internal import HashRing
public import StatuscastModel

extension FollowerIndex {
    public var snapshotScope: SnapshotScope { SnapshotScope(kind: .followers, partitions: partitions, kept: kept) }

    /// Rows and overlays as they are: writing decodes no edge.
    public func write(to writer: inout SnapshotWriter) throws(FileError) {
        var state = ByteWriter()
        state.id(newest)
        state.integer(horizon)
        state.integer(UInt64(count))
        try writer.section(.state, state)
        try writer.section(.standings, standings.encoded())
        for partition in partitions.all { try writer.section(.accounts, numbers.encoded(partition)) }
        var content = ByteWriter(reserving: SnapshotSection.fullBytes)
        for partition in blocks.indices {
            for (index, block) in blocks[partition].enumerated() {
                guard let block else { continue }
                content.integer(UInt16(partition))
                content.integer(UInt32(index))
                block.encode(into: &content)
                try writer.sectionIfFull(.blocks, &content)
            }
        }
        try writer.section(.blocks, content)
    }

    public mutating func restore(_ section: SnapshotSection) throws(DecodeError) {
        var reader = ByteReader(section.content)
        switch section.kind {
        case .state:
            let newest: EventID = try reader.id("newest event")
            let horizon = try reader.integer("horizon", as: UInt64.self)
            let edges = try reader.integer("edges", as: UInt64.self)
            restore(newest: newest, horizon: horizon, count: Int(clamping: edges))
        case .standings: try standings.restore(&reader)
        case .accounts: try numbers.restore(&reader)
        case .blocks: while !reader.isAtEnd { try restoreBlock(&reader) }
        default: break
        }
    }

    private mutating func restoreBlock(_ reader: inout ByteReader) throws(DecodeError) {
        let partition = Int(try reader.integer("partition", as: UInt16.self))
        let index = Int(try reader.integer("block", as: UInt32.self))
        let first = AccountNumbers.packed(PartitionIndex(rawValue: UInt16(partition)), index * FollowerBlock.rows)
        guard AccountNumbers.partition(of: first) == partition, numbers.isAssigned(first) else {
            throw DecodeError(field: "block", reason: .invalid("of no account"))
        }
        let numbers = self.numbers
        let block = try FollowerBlock(from: &reader) { numbers.isAssigned($0) }
        makeRoom(for: first)
        blocks[partition][index] = block
    }
}

extension FollowerBlock {
    func encode(into writer: inout ByteWriter) {
        writer.integers(base.rowEnds)
        writer.integers(base.versions)
        writer.blob(base.bytes)
        writer.integer(UInt32(changes.count))
        for change in changes {
            writer.integer(change.key)
            writer.integer(change.state)
        }
    }

    init(from reader: inout ByteReader, isFollower: (UInt64) -> Bool) throws(DecodeError) {
        let rowEnds: [UInt32] = try reader.integers("row ends")
        let versions: [UInt64] = try reader.integers("versions")
        let bytes = Array(try reader.blob("rows"))
        let count = Int(try reader.integer("changes", as: UInt32.self))
        guard count <= reader.remaining / 16 else { throw DecodeError(field: "changes", reason: .truncated) }
        var changes: [FollowerChange] = []
        changes.reserveCapacity(count)
        for _ in 0..<count {
            changes.append(FollowerChange(key: try reader.integer("change"), state: try reader.integer("change")))
        }
        guard let rows = PackedRows(bytes: bytes, rowEnds: rowEnds, versions: versions, isFollower: isFollower),
            let block = FollowerBlock(base: rows, changes: changes, isFollower: isFollower)
        else { throw DecodeError(field: "rows", reason: .invalid("not rows of followers")) }
        self = block
    }
}
