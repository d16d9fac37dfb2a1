/// The topics of the pipeline and the consumer groups that must have passed a frame before it may be dropped.
public enum Topics {
    public static let receive = "receive"
    /// The same for accounts with the priority flag; the judge takes it first.
    public static let receivePriority = "receive.priority"
    public static let accepted = "accepted"
    /// The user store's log. One partition for each user shard.
    public static let accounts = "accounts"
    /// What hooks send on to route workers goes to topics of this name and one more word.
    public static let routePrefix = "route."

    /// Whether a name can be that of a route topic: the prefix, then 1 to 40 of a-z, 0-9 and -.
    public static func isRoute(_ name: String) -> Bool {
        guard name.hasPrefix(routePrefix) else { return false }
        let word = name.utf8.dropFirst(routePrefix.utf8.count)
        return (1...40).contains(word.count)
            && word.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// Consumer groups; each is one stage of the pipeline.
    public enum Group {
        public static let judge = "judge"
        public static let store = "store"
        /// The spread of one lane. Each reads all of `accepted` and keeps its own cursor, so that a lane whose topic is
        /// full holds up no other.
        public static func spread(_ lane: Lane) -> String { lane == .normal ? "spread" : "spread-\(lane)" }
        public static let deliver = "deliver"
        /// Turns account events into notifications.
        public static let notify = "notify"
        /// Takes what hooks have sent on out of the topics `route.*`.
        public static let route = "route"
        /// Nobody commits for it: the look-ups in memory are rebuilt from the first frame of `accounts`.
        public static let lookups = "lookups"
    }

    /// What keeps its room longest on a disk that fills up, first.
    public static let byImportance =
        [accounts, receivePriority, receive, accepted] + [Lane.priority, .normal, .bulk].map(\.topic)

    /// Topic and groups; the node cluster is told this and nothing else about what a topic means.
    public static let all: [(topic: String, groups: [String])] =
        [
            (receive, [Group.judge]),
            (receivePriority, [Group.judge]),
            (accepted, [Group.store] + Lane.all.map(Group.spread)),
            (accounts, [Group.store, Group.notify, Group.lookups]),
        ] + Lane.all.map { ($0.topic, [Group.deliver]) }
}
