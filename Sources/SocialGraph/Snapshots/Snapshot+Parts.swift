internal import HashRing
internal import StatuscastModel

extension AccountNumbers {
    func encoded(_ partition: PartitionIndex) -> ByteWriter {
        let accounts = accounts(in: partition)
        var writer = ByteWriter(reserving: accounts.count * 8 + 8)
        writer.integer(partition.rawValue)
        writer.integers(accounts.map(\.rawValue))
        return writer
    }

    mutating func restore(_ reader: inout ByteReader) throws(DecodeError) {
        let partition = PartitionIndex(rawValue: try reader.integer("partition"))
        let accounts: [UInt64] = try reader.integers("accounts")
        guard restore(accounts.map(AccountID.init(rawValue:)), in: partition) else {
            throw DecodeError(field: "accounts", reason: .invalid("not those of partition \(partition)"))
        }
    }
}

extension Standings {
    /// The facts of which they follow.
    func encoded() -> ByteWriter {
        var writer = ByteWriter()
        writer.list(facts) { $0.blob($1.encoded()) }
        return writer
    }

    mutating func restore(_ reader: inout ByteReader) throws(DecodeError) {
        let facts = try reader.list("standings") { reader throws(DecodeError) in
            try AccountEvent(decoding: try reader.blob("standing"))
        }
        for fact in facts { apply(fact) }
    }
}

extension ByteWriter {
    /// A count of 4 bytes, then each number.
    mutating func integers<T: FixedWidthInteger>(_ values: [T]) {
        integer(UInt32(values.count))
        for value in values { integer(value) }
    }
}

extension ByteReader {
    mutating func integers<T: FixedWidthInteger>(_ field: String) throws(DecodeError) -> [T] {
        let size = MemoryLayout<T>.size
        let count = Int(try integer(field, as: UInt32.self))
        return try raw(count * size, field).withUnsafeBytes { bytes in
            (0..<count).map { T(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: T.self)) }
        }
    }
}
