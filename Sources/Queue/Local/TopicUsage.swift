/// What the files of one topic take on the disk of one node, and what has come since it was opened.
public struct TopicUsage: Sendable, Hashable {
    public var topic: String
    public var fileBytes: UInt64
    /// Nil where nothing but the disk bounds them.
    public var quotaBytes: Int?
    /// The disk has refused a sync or a write; the topic takes nothing more on this node until it is opened again.
    public var hasFailed: Bool
    /// On stable storage; never less than before.
    public var appendedFrames: UInt64
    public var appendedBytes: UInt64
}
