/// A new version of a status as its author wrote it: the whole record, with the status's id and what did not change.
/// The highest event is the newest version, whatever comes first.
///
/// Its fields in an item: event id (8 bytes), the record (`StatusRecord`), trace id.
public struct StatusEdit: Sendable, Hashable {
    public var event: EventID
    public var record: StatusRecord
    public var trace: TraceID?

    public init(event: EventID, record: StatusRecord, trace: TraceID? = nil) {
        self.event = event
        self.record = record
        self.trace = trace
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(event)
        record.encode(into: &writer)
        writer.trace(trace)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        event = try reader.id("event id")
        record = try StatusRecord(from: &reader)
        trace = try reader.trace()
    }
}

/// A new version that was accepted, and the record of kind `edit` as it will lie in the list of deletes.
///
/// Its fields in an item: event id, status id, author (8 bytes each), the rendered record (4-byte length), trace id.
public struct EditedStatus: Sendable, Hashable {
    public var event: EventID
    public var status: StatusID
    public var author: AccountID
    public var record: ArraySlice<UInt8>
    public var trace: TraceID?

    public init(
        event: EventID, status: StatusID, author: AccountID, record: ArraySlice<UInt8>, trace: TraceID? = nil
    ) {
        self.event = event
        self.status = status
        self.author = author
        self.record = record
        self.trace = trace
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(event)
        writer.id(status)
        writer.id(author)
        writer.blob(record)
        writer.trace(trace)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        event = try reader.id("event id")
        status = try reader.id("status id")
        author = try reader.id("author")
        record = try reader.blob("record")
        trace = try reader.trace()
    }
}
