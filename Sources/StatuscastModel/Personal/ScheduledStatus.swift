public enum ScheduledKind {}
/// Of a status that waits for its time.
public typealias ScheduledID = Identifier<ScheduledKind>

/// A status that its author wants published at a time.
///
/// It gets its status id before it goes on its way, in a fact of its own: whoever publishes it again after a crash sends
/// the same item with the same id, which everybody who has seen it drops.
public struct ScheduledStatus: Sendable, Hashable, Identifiable {
    public var id: ScheduledID
    public var dueUnixMilliseconds: UInt64
    /// None: nobody publishes it yet. From then on it cannot be changed.
    public var status: StatusID?
    /// Its id means nothing.
    public var draft: StatusDraft

    public init(id: ScheduledID, dueUnixMilliseconds: UInt64, status: StatusID? = nil, draft: StatusDraft) {
        self.id = id
        self.dueUnixMilliseconds = dueUnixMilliseconds
        self.status = status
        self.draft = draft
    }

    /// The item of the topic `receive`; nil until it has its status id. The key was for the request that brought it.
    public var published: ReceiveEvent? {
        guard let status else { return nil }
        var draft = draft
        draft.id = status
        draft.idempotencyKey = ""
        return .post(draft)
    }

    /// The draft is a whole item, so that fields can be added to either.
    func encode(into writer: inout ByteWriter) {
        writer.id(id)
        writer.integer(dueUnixMilliseconds)
        writer.id(status)
        writer.blob(ReceiveEvent.post(draft).encoded())
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        id = try reader.id("scheduled id")
        dueUnixMilliseconds = try reader.integer("scheduled for")
        status = try reader.optionalID("scheduled status")
        guard case .post(let draft) = try ReceiveEvent(decoding: try reader.blob("scheduled draft")) else {
            throw DecodeError(field: "scheduled draft", reason: .invalid("it is no post"))
        }
        self.draft = draft
    }
}
