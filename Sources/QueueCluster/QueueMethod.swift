public import Wire

/// The versions of the queue protocol that this release speaks: 2 brought `adopt` and the code for nodes that are being
/// drained.
public enum QueueProtocol {
    public static let spoken = WireProtocol(id: 1, name: "queue", versions: 1...2)
    static let adoptVersion: UInt16 = 2
}

/// The operations of a queue node on the wire. Numbers are never reused; 0x0100 to 0x01FF belong to the queue.
public enum QueueMethod {
    public static let open = WireMethod(rawValue: 0x0100)
    public static let append = WireMethod(rawValue: 0x0101)
    public static let fetch = WireMethod(rawValue: 0x0102)
    public static let streams = WireMethod(rawValue: 0x0103)
    public static let announce = WireMethod(rawValue: 0x0104)
    public static let commit = WireMethod(rawValue: 0x0105)
    public static let committed = WireMethod(rawValue: 0x0106)
    public static let stats = WireMethod(rawValue: 0x0107)
    public static let adopt = WireMethod(rawValue: 0x0108)

    /// What a router has to register for a `QueueNodeService`.
    public static let all = [open, append, fetch, streams, announce, commit, committed, stats, adopt]
}
