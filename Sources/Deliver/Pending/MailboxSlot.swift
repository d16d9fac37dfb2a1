/// A mailbox that has something pending or is being written. Plain bits: there may be a million of them.
struct MailboxSlot {
    struct Flags: OptionSet {
        let rawValue: UInt8
        /// The key is an account, whose home this is; otherwise the key is an index into the table of names.
        static let home = Flags(rawValue: 1)
        /// One of the lists of slots holds it.
        static let listed = Flags(rawValue: 2)
        /// Somebody wants to be told at once.
        static let watched = Flags(rawValue: 4)
        /// A thread is writing what it had; new deliveries gather behind that.
        static let writing = Flags(rawValue: 8)
        /// Its partition was given up while it was being written.
        static let dropped = Flags(rawValue: 16)
        static let used = Flags(rawValue: 32)
    }

    static let none = UInt32.max

    var key: UInt64
    /// First and last of its references, `none` where nothing is pending.
    var head = MailboxSlot.none
    var tail = MailboxSlot.none
    var count: UInt32 = 0
    var partition: UInt16
    var flags: Flags
}

/// One delivery: a record, and the next delivery to the same mailbox. 8 bytes.
struct PendingReference {
    var record: UInt32
    var next: UInt32
}
