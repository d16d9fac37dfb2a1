internal import Mailbox
internal import StatuscastModel
internal import Synchronization

/// A delivery item as hooks see it. Its text is read from the record when somebody first asks for it.
struct HookedItem: Sendable {
    let id: UInt64
    let traits: DeliveryTraits
    let nowUnixMilliseconds: UInt64
    private let record: ArraySlice<UInt8>
    private let text = LateText()

    /// Nil for an item of an earlier release, which says too little, and for what is not anybody's statement.
    init?(_ item: DeliveryItem, nowUnixMilliseconds: UInt64) {
        guard let traits = item.traits, traits.kind != .tombstone, traits.kind != .edit else { return nil }
        self.traits = traits
        self.nowUnixMilliseconds = nowUnixMilliseconds
        id = item.id
        record = item.record
    }

    /// Content warning and text; empty where the record cannot be read, which is for its readers to tell.
    var folded: FoldedText { text.value(of: record) }

    func sendings(to topics: [String], hook: String, recipient: AccountID) -> [HookSending] {
        topics.map { topic in
            HookSending(
                topic: topic,
                item: RouteItem(
                    content: .record, id: id, author: traits.author, recipient: recipient, hook: hook, bytes: record))
        }
    }
}

/// A text that is worked out once.
private final class LateText: Sendable {
    private let known = Mutex<FoldedText?>(nil)

    func value(of record: ArraySlice<UInt8>) -> FoldedText {
        known.withLock { known in
            if let known { return known }
            let text = Self.read(record)
            known = text
            return text
        }
    }

    private static func read(_ record: ArraySlice<UInt8>) -> FoldedText {
        guard let parsed = try? RecordFormat.parse(record) else { return FoldedText("") }
        let spoiler = parsed.header(StatusRecord.Header.spoiler) ?? ""
        return FoldedText(spoiler.isEmpty ? parsed.body : spoiler + "\n" + parsed.body)
    }
}
