/// The kind of the event, one byte, then the fields in the order of the structures.
extension PersonalFact {
    func encode(into writer: inout ByteWriter) {
        writer.integer(kind)
        switch self {
        case .listSet(let list): list.encode(into: &writer)
        case .listRemoved(let owner, let list):
            writer.id(owner)
            writer.id(list)
        case .listMember(let membership): membership.encode(into: &writer)
        case .tagFollowed(let choice), .tagFeatured(let choice): choice.encode(into: &writer)
        case .markerSet(let marker): marker.encode(into: &writer)
        case .scheduledSet(let scheduled): scheduled.encode(into: &writer)
        case .scheduledRemoved(let owner, let id):
            writer.id(owner)
            writer.id(id)
        case .conversationState(let state): state.encode(into: &writer)
        case .notificationsDismissed(let dismissal): dismissal.encode(into: &writer)
        }
    }

    /// Nil for a kind that is none of these.
    init?(kind: UInt8, from reader: inout ByteReader) throws(DecodeError) {
        switch kind {
        case 24: self = .listSet(try StatusList(from: &reader))
        case 25:
            let owner: AccountID = try reader.id("list owner")
            self = .listRemoved(owner: owner, list: try reader.id("list id"))
        case 26: self = .listMember(try ListMembership(from: &reader))
        case 27: self = .tagFollowed(try TagChoice(from: &reader))
        case 28: self = .tagFeatured(try TagChoice(from: &reader))
        case 29: self = .markerSet(try Marker(from: &reader))
        case 30:
            let owner: AccountID = try reader.id("scheduled owner")
            self = .scheduledRemoved(owner: owner, id: try reader.id("scheduled id"))
        case 31: self = .scheduledSet(try ScheduledStatus(from: &reader))
        case 37: self = .conversationState(try ConversationState(from: &reader))
        case 38: self = .notificationsDismissed(try NotificationDismissal(from: &reader))
        default: return nil
        }
    }

    private var kind: UInt8 {
        switch self {
        case .listRemoved: 25
        case .scheduledRemoved: 30
        default: shelf.rawValue
        }
    }
}
