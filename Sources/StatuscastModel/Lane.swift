/// A separate queue and separate processes for deliveries of one urgency, so that nobody waits for a celebrity.
public struct Lane: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// 1 to 16 lower-case ASCII letters: it becomes part of topic and file names.
    public let rawValue: String

    public init?(rawValue: String) {
        guard (1...16).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy({ (97...122).contains($0) }) else {
            return nil
        }
        self.rawValue = rawValue
    }

    private init(known: String) { rawValue = known }

    public static let priority = Lane(known: "priority")
    /// Also the lane of every mailbox that is not a home.
    public static let normal = Lane(known: "normal")
    public static let bulk = Lane(known: "bulk")
    public static let all: [Lane] = [.priority, .normal, .bulk]

    public var description: String { rawValue }
    /// The topic that carries this lane's items.
    public var topic: String { "deliver.\(rawValue)" }
}
