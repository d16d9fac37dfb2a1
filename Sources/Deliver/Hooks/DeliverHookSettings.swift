/// What the delivery hooks are told; every default is here.
public struct DeliverHookSettings: Sendable, Hashable {
    /// Blocks, mutes and reblogs switched off hold at delivery; without this only when a page is put together.
    public var relations = true
    /// Filters that hide keep statuses out of home and notifications.
    public var keywords = true
    /// Replies reach only followers of both accounts.
    public var replies = true
    /// Topics `route.*` that exist; what a hook sends to another one is dropped and counted.
    public var routeTopics: [String] = []

    public init() {}
}
