/// What the receive hooks are told; every default is here. 0 switches a hook off.
public struct ReceiveHookSettings: Sendable, Hashable {
    /// The same author's same text is refused within this time.
    public var duplicateMilliseconds: UInt64 = 60_000
    /// An author may post `postsBurst` at once and this many a minute in the long run.
    public var postsPerMinute = 60
    public var postsBurst = 300
    /// A score from here on holds a status for an operator. This and the next may change while the role runs.
    public var spamHoldScore = 5.0
    /// An account is new for so long.
    public var spamNewAccountMilliseconds: UInt64 = 86_400_000
    /// The operator's list of words and links; nil: none. It is read again when it has changed.
    public var termListPath: String?
    public var termListCheckMilliseconds = 1_000
    /// Topics `route.*` that exist; what a hook sends to another one is dropped and counted.
    public var routeTopics: [String] = []
    /// Authors or texts that each hook remembers at most, about 150 bytes each.
    public var rememberedMax = 200_000

    public init() {}

    /// No hook at all.
    public static var off: ReceiveHookSettings {
        var settings = ReceiveHookSettings()
        settings.duplicateMilliseconds = 0
        settings.postsPerMinute = 0
        settings.spamHoldScore = 0
        return settings
    }
}
