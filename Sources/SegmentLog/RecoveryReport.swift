/// What opening a log found and did.
public struct RecoveryReport: Sendable {
    /// A stretch of a file that is not what was written, although it had been synced. It is left as it is.
    public struct Quarantined: Sendable, Hashable {
        public var path: String
        public var offset: Int
        public var bytes: Int

        public init(path: String, offset: Int, bytes: Int) {
            self.path = path
            self.offset = offset
            self.bytes = bytes
        }
    }

    /// Frames that are there and not dropped.
    public var frames: UInt64 = 0
    /// Bytes behind the last whole frame that a crash left; they were never acknowledged and are gone now.
    public var bytesCutFromTornTail: Int = 0
    /// Damage found while opening, by segment and offset. Sealed segments are not read at opening as long as their
    /// index is good: damage inside shows when its frames are read.
    public var quarantined: [Quarantined] = []

    public init() {}
}
