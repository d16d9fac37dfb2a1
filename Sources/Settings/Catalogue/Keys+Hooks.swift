internal import StatuscastModel

/// What is refused, held, and kept from whom.
extension Keys {
    public static let receiveDuplicateWindow = Key(
        "receive.duplicate_window", .duration(0...86_400_000), 60_000, readers: [.receive, .up],
        "The same text of the same author is refused within this time; 0s is never.")

    public static let receivePostsPerMinute = Key(
        "receive.posts_per_minute", .integer(0...1_000_000), 60, readers: [.receive, .up],
        "So many statuses of an author go through in the long run; what is faster is refused. 0 is without a limit.")

    public static let receivePostsBurst = Key(
        "receive.posts_burst", .integer(1...1_000_000), 300, readers: [.receive, .up],
        "So many statuses of an author may come at once before receive.posts_per_minute counts.")

    public static let receiveSpamHoldScore = Key(
        "receive.spam_hold_score", .integer(0...100), 5, readers: [.receive, .up], isReloadable: true,
        "What scores as much, by signs of spam, is held for an operator; 0 is never.")

    public static let receiveSpamNewAccount = Key(
        "receive.spam_new_account", .duration(0...365 * 86_400_000), 86_400_000, readers: [.receive, .up],
        isReloadable: true, "How long an account is new, which is one sign of spam.")

    public static let receiveTermList = Key<String?>(
        "receive.term_list", Kind<String>.text().optional(), nil, sample: "/etc/statuscast/terms",
        readers: [.receive, .up],
        """
        A file of words and links, and what becomes of statuses with them. It is read again when it has changed, and \
        on SIGHUP.
        """)

    public static let receiveRouteTopics = Key<[String]>(
        "receive.route_topics", .routeTopics, [], sample: "route.alerts", readers: [.queue, .receive, .up],
        "Topics for copies that receive hooks make of statuses. Set it for queue nodes and receive workers alike.")

    public static let deliverHookRelations = Key(
        "deliver.hook_relations", .onOff, true, readers: [.deliver, .up],
        "Whether blocks, mutes and reblogs switched off count at delivery; if not, only when a page is put together.")

    public static let deliverHookReplies = Key(
        "deliver.hook_replies", .onOff, true, readers: [.deliver, .up],
        "Whether replies reach only the homes of those who follow both accounts.")

    public static let deliverHookKeywords = Key(
        "deliver.hook_keywords", .onOff, true, readers: [.deliver, .up],
        "Whether filters that hide keep statuses out at delivery; if not, only when a page is put together.")

    public static let deliverRouteTopics = Key<[String]>(
        "deliver.route_topics", .routeTopics, [], sample: "route.alerts", readers: [.queue, .deliver, .up],
        "Topics for copies that delivery hooks make. Set it for queue nodes and delivery workers alike.")

    static let receiveHooks = [
        receiveDuplicateWindow.setting, receivePostsPerMinute.setting, receivePostsBurst.setting,
        receiveSpamHoldScore.setting, receiveSpamNewAccount.setting, receiveTermList.setting,
        receiveRouteTopics.setting,
    ]
    static let deliverHooks = [
        deliverHookRelations.setting, deliverHookReplies.setting, deliverHookKeywords.setting,
        deliverRouteTopics.setting,
    ]
}

extension Kind where Value == [String] {
    static var routeTopics: Kind {
        Kind(
            "route.NAME, comma separated or a list, NAME of 1 to 40 of a-z, 0-9 and -, none twice", isList: true,
            parse: { written in
                let topics = written.split(separator: ",").map(String.init)
                return topics.allSatisfy(Topics.isRoute) && Set(topics).count == topics.count ? topics : nil
            },
            text: { $0.joined(separator: ",") })
    }
}

extension EffectiveSettings {
    /// The topics `route.*` that a queue node has.
    public var routeTopics: [String] {
        Set(self[Keys.receiveRouteTopics] + self[Keys.deliverRouteTopics]).sorted()
    }
}
