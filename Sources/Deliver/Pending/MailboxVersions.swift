internal import StatuscastModel

/// Which state a mailbox is in, as far as this worker has written it: the same number means the same content.
///
/// One counter for all mailboxes, so that nothing has to be remembered of most: of a mailbox whose number was forgotten
/// the highest forgotten one is told, which is never one that was told of it before a later write. The counter starts
/// at the microseconds of the role's start, so that a holder that continues a term does not repeat its predecessor's.
struct MailboxVersions {
    private let remembered: Int
    private var recent: [Address: UInt64] = [:]
    private var older: [Address: UInt64] = [:]
    private(set) var last: UInt64
    private var highestForgotten: UInt64
    private var highestOlder: UInt64

    /// Remembers at least the `remembered` mailboxes written last.
    init(startUnixMicroseconds: UInt64, remembered: Int = 100_000) {
        self.remembered = remembered
        last = startUnixMicroseconds
        highestForgotten = startUnixMicroseconds
        highestOlder = startUnixMicroseconds
    }

    /// A bundle of this mailbox is in its file. Call it after the write and never before.
    mutating func wrote(_ address: Address) {
        last += 1
        recent[address] = last
        guard recent.count >= remembered else { return }
        highestForgotten = highestOlder
        highestOlder = last
        older = recent
        recent = [:]
    }

    func version(of address: Address) -> UInt64 { recent[address] ?? older[address] ?? highestForgotten }
}
