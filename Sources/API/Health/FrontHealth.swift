public import Queue

/// How a front is, for readiness checks.
public struct FrontHealth: Sendable {
    /// Why statuses cannot be taken or timelines not be read; empty when both can.
    public var reasons: [String]
    /// Whether the store answers; a front goes on without it.
    public var storeAnswers: Bool
    /// Nil where no queue node answers in time.
    public var stats: [TopicStats]?
}
