/// One item of a `deliver.*` topic: one record for one partition.
///
/// | bytes | field |
/// | --- | --- |
/// | 1 | version, 1 |
/// | 8 | record id: the status's, or the event's for a notification or tombstone |
/// | 8 | author of the record, 0 for a tombstone |
/// | 1 | 1: also to the home of every follower of the author in this partition |
/// | 4 + … | addresses in this partition, each as text |
/// | 4 + … | the record |
///
/// It names the author, not the recipients: followers are found next to their mailboxes.
public struct DeliveryItem: Sendable, Hashable {
    public var id: UInt64
    public var author: AccountID?
    public var toFollowers: Bool
    public var addresses: [Address]
    public var record: ArraySlice<UInt8>

    public init(id: UInt64, author: AccountID?, toFollowers: Bool, addresses: [Address], record: ArraySlice<UInt8>) {
        self.id = id
        self.author = author
        self.toFollowers = toFollowers
        self.addresses = addresses
        self.record = record
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(reserving: record.count + 64)
        writer.integer(UInt8(1))
        writer.integer(id)
        writer.id(author)
        writer.flag(toFollowers)
        writer.list(addresses) { $0.text($1.description) }
        writer.blob(record)
        return writer.bytes
    }

    public init(decoding bytes: ArraySlice<UInt8>) throws(DecodeError) {
        var reader = ByteReader(bytes)
        _ = try reader.version(upTo: 1, "delivery item")
        id = try reader.integer("record id")
        author = try reader.optionalID("author")
        toFollowers = try reader.flag("to followers")
        addresses = try reader.list("addresses") { reader throws(DecodeError) in
            let text = try reader.text("address")
            guard let address = Address(text) else {
                throw DecodeError(field: "address", reason: .invalid("\"\(text)\" is no address"))
            }
            return address
        }
        record = try reader.blob("record")
    }
}
