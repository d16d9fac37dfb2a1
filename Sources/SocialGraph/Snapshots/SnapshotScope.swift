public import HashRing
internal import Queue
internal import StatuscastModel

/// What a look-up holds, so that a snapshot of another one is not taken for its own.
public struct SnapshotScope: Sendable, Hashable {
    /// The raw value is on disk.
    public enum Kind: UInt8, Sendable {
        case followers = 1
        case authors = 2
        /// Followers, and the rules of those who follow.
        case recipients = 3
    }

    public let kind: Kind
    public let partitions: PartitionCount
    /// By partition: whether what belongs to its accounts is held.
    public let kept: [Bool]

    init(kind: Kind, partitions: PartitionCount, kept: [Bool]) {
        self.kind = kind
        self.partitions = partitions
        self.kept = kept
    }

    /// The directory below `SHARED/lookups` for snapshots of this scope: whoever keeps the same partitions shares it.
    public var directoryName: String {
        guard kept.contains(false) else { return "\(kind)" }
        let keptNumbers = kept.indices.filter { kept[$0] }.map(String.init).joined(separator: ",")
        return "\(kind)-\(String(StableHash.hash(keptNumbers), radix: 16))"
    }
}

/// What the first section of a snapshot says: of what it is one, and where in `accounts` it was taken.
struct SnapshotHead {
    var scope: SnapshotScope
    var cursors: [PartitionIndex: Cursor]

    func encoded() -> ByteWriter {
        var writer = ByteWriter()
        writer.integer(scope.kind.rawValue)
        writer.integer(UInt16(scope.partitions.rawValue))
        for isKept in scope.kept { writer.flag(isKept) }
        writer.list(cursors.sorted { $0.key < $1.key }) { writer, cursor in
            writer.integer(cursor.key.rawValue)
            writer.blob(CursorCodec.encoded(cursor.value))
        }
        return writer
    }

    /// Throws where the snapshot is not one of `scope`.
    static func cursors(
        in section: SnapshotSection?, of scope: SnapshotScope, path: String
    ) throws(SnapshotError) -> [PartitionIndex: Cursor] {
        guard let section, section.kind == .scope else {
            throw SnapshotError(.damaged, path, "it does not say what it is a snapshot of")
        }
        do throws(DecodeError) {
            var reader = ByteReader(section.content)
            let kind = try reader.integer("kind", as: UInt8.self)
            let partitions = try reader.integer("partitions", as: UInt16.self)
            guard kind == scope.kind.rawValue, Int(partitions) == scope.partitions.rawValue else {
                throw DecodeError(field: "kind and partitions", reason: .invalid("not those of this look-up"))
            }
            guard try reader.raw(Int(partitions), "kept").elementsEqual(scope.kept.map { $0 ? 1 : 0 }) else {
                throw DecodeError(field: "kept", reason: .invalid("other partitions than this process keeps"))
            }
            return try cursors(&reader)
        } catch {
            if case .invalid = error.reason { throw SnapshotError(.foreign, path, error.description) }
            throw SnapshotError(.damaged, path, error.description)
        }
    }

    private static func cursors(_ reader: inout ByteReader) throws(DecodeError) -> [PartitionIndex: Cursor] {
        let list = try reader.list("cursors") { reader throws(DecodeError) -> (PartitionIndex, Cursor?) in
            let partition = PartitionIndex(rawValue: try reader.integer("partition of accounts"))
            return (partition, try? CursorCodec.decoded(Array(try reader.blob("cursor"))))
        }
        var cursors: [PartitionIndex: Cursor] = [:]
        for (partition, cursor) in list {
            guard let cursor else { throw DecodeError(field: "cursor", reason: .truncated) }
            cursors[partition] = cursor
        }
        return cursors
    }
}
