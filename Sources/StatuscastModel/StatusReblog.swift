/// A reblog as it was asked for, with what it repeats, so that nobody has to look that up again.
///
/// Its fields in an item: id (8 bytes), author (8), visibility (1), the original (`StatusRecord`), trace id.
public struct ReblogDraft: Sendable, Hashable {
    public var id: StatusID
    public var author: AccountID
    public var visibility: Visibility
    public var original: StatusRecord
    public var trace: TraceID?

    public init(
        id: StatusID, author: AccountID, visibility: Visibility, original: StatusRecord, trace: TraceID? = nil
    ) {
        self.id = id
        self.author = author
        self.visibility = visibility
        self.original = original
        self.trace = trace
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(id)
        writer.id(author)
        writer.integer(visibility.rawValue)
        original.encode(into: &writer)
        writer.trace(trace)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        id = try reader.id("status id")
        author = try reader.id("author")
        visibility = try Visibility(from: &reader)
        original = try StatusRecord(from: &reader)
        trace = try reader.trace()
    }
}

extension StatusRecord {
    /// In an item: id (8 bytes), the header fields (count of 4 bytes, then name and value of each as text), the text.
    func encode(into writer: inout ByteWriter) {
        writer.integer(id)
        writer.list(headers) { writer, field in
            writer.text(field.name)
            writer.text(field.value)
        }
        writer.text(text)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        let id = try reader.integer("record id", as: UInt64.self)
        let fields = try reader.list("record fields") { reader throws(DecodeError) in
            (name: try reader.text("field name"), value: try reader.text("field value"))
        }
        try self.init(id: id, text: try reader.text("text")) { name in fields.first { $0.name == name }?.value }
    }
}
