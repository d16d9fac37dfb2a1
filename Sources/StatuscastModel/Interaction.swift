/// What an account did to a status, or took back: an event of its own. Of two on the same the higher event holds.
///
/// | bytes | field |
/// | --- | --- |
/// | 8 | event id |
/// | 8 | status; for a mute the one that began the thread |
/// | 8 | author of the status, 0 where nobody could say |
/// | 8 | account |
/// | 1 | kind: 1 favourite, 2 bookmark, 3 pin, 4 mute |
/// | 1 | 1: done, 0: taken back |
/// | 16 | trace id, absent where none is known |
public struct Interaction: Sendable, Hashable {
    /// The raw values are on disk.
    public enum Kind: UInt8, Sendable, CaseIterable {
        case favourite = 1
        case bookmark = 2
        case pin = 3
        /// Of the thread: no notifications from it.
        case mute = 4
    }

    public var event: EventID
    public var status: StatusID
    public var statusAuthor: AccountID?
    public var account: AccountID
    public var kind: Kind
    public var isOn: Bool
    /// Of the request that asked for it.
    public var trace: TraceID?

    public init(
        event: EventID, status: StatusID, statusAuthor: AccountID?, account: AccountID, kind: Kind, isOn: Bool,
        trace: TraceID? = nil
    ) {
        self.event = event
        self.status = status
        self.statusAuthor = statusAuthor
        self.account = account
        self.kind = kind
        self.isOn = isOn
        self.trace = trace
    }

    func encode(into writer: inout ByteWriter) {
        writer.id(event)
        writer.id(status)
        writer.id(statusAuthor)
        writer.id(account)
        writer.integer(kind.rawValue)
        writer.flag(isOn)
        writer.trace(trace)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        event = try reader.id("event id")
        status = try reader.id("status id")
        statusAuthor = try reader.optionalID("author of the status")
        account = try reader.id("account")
        let raw = try reader.integer("interaction kind", as: UInt8.self)
        guard let kind = Kind(rawValue: raw) else {
            throw DecodeError(field: "interaction kind", reason: .invalid("unknown value \(raw)"))
        }
        self.kind = kind
        isOn = try reader.flag("is on")
        trace = try reader.trace()
    }
}
