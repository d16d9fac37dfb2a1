internal import NIOCore
internal import StatuscastModel

/// Renders what is new in a mailbox and sends it to those who may and want to see it: the same rules that hold on
/// pages hold here.
struct StreamDelivery: Sendable {
    typealias Subscription = (topic: StreamTopic, connection: StreamConnection)

    let timelines: Timelines
    let metrics: StreamMetrics

    /// Those of the fragments whose ids are wanted, each once, in order of arrival.
    static func once(_ fragments: [Fragment], _ ids: Set<UInt64>) -> [Fragment] {
        var left = ids
        return fragments.filter { left.remove($0.id) != nil }
    }

    func deliver(_ fragments: [Fragment], from source: StreamSource) async {
        let authors = await timelines.accounts.entries(for: Array(Set(fragments.map(\.author))))
        for fragment in fragments where !isDeleted(fragment) {
            await deliver(fragment, authors[fragment.author], source)
        }
    }

    /// A status whose deletion came first, or that follows it late.
    private func isDeleted(_ fragment: Fragment) -> Bool {
        timelines.tombstones.contains(fragment.id) || timelines.tombstones.contains(author: fragment.author)
    }

    private func deliver(_ fragment: Fragment, _ author: AccountCache.Entry?, _ source: StreamSource) async {
        let isNotification = if case .notifications = source.address { true } else { false }
        guard isNotification ? NotificationKind(of: fragment.record) != nil : fragment.record.kind == .status else {
            return
        }
        let account = author?.json ?? fragment.standInAccount(site: timelines.site)
        var shared: StreamMessage?
        var sent = 0
        for (topic, connection) in source.subscribers {
            let viewer = connection.viewer?.account
            if let author, timelines.isHidden(by: author.account, from: viewer, in: source.address) { continue }
            guard let rules = await rules(of: viewer, for: fragment, in: source.address) else { continue }
            let matches = rules.matches(fragment, in: place(source.address))
            switch source.address {
            case .public where matches.isEmpty, .tag where matches.isEmpty:
                // Nothing in it depends on who looks.
                var message = shared ?? status(fragment, account, nil, [])
                connection.send(message.bytes(for: connection.transport, names: topic.names))
                shared = message
            default:
                guard let viewer else { continue }
                var message =
                    isNotification
                    ? notification(fragment, account, viewer, matches) : status(fragment, account, viewer, matches)
                connection.send(message.bytes(for: connection.transport, names: topic.names))
            }
            sent += 1
        }
        metrics.sent(isNotification ? .notification : .update, sent)
    }

    /// The viewer's rules; nil: it is not for the viewer.
    private func rules(of viewer: AccountID?, for fragment: Fragment, in address: Address) async -> ViewerRules? {
        var entry = await timelines.rules.entry(for: viewer)
        if let viewer, entry.rules.mayRead(fragment, viewer) == nil {
            entry = await timelines.rules.entry(entry, of: viewer, following: [fragment.author])
        }
        guard entry.rules.shows(fragment, in: place(address), to: viewer),
            entry.rules.mayRead(fragment, viewer) == true
        else { return nil }
        return entry.rules
    }

    private func place(_ address: Address) -> ViewerRules.Place {
        switch address {
        case .public, .tag: .public
        case .notifications: .notifications
        default: .home
        }
    }

    private func status(
        _ fragment: Fragment, _ account: [UInt8], _ viewer: AccountID?, _ matches: [(filter: Filter, keyword: String)]
    ) -> StreamMessage {
        var json = JSONWriter(reserving: 2048)
        fragment.write(account: account, viewer: viewer, filtered: matches, to: &json)
        return StreamMessage(.update, payload: json.bytes)
    }

    private func notification(
        _ fragment: Fragment, _ account: [UInt8], _ viewer: AccountID, _ matches: [(filter: Filter, keyword: String)]
    ) -> StreamMessage {
        var json = JSONWriter(reserving: 3072)
        if let kind = NotificationKind(of: fragment.record) {
            NotificationJSON.write(
                fragment, kind: kind, account: account, viewer: viewer, filtered: matches, to: &json)
        }
        return StreamMessage(.notification, payload: json.bytes)
    }

    func delete(_ id: UInt64, to subscriptions: [Subscription]) {
        var message = StreamMessage(.delete, payload: Array(String(id).utf8))
        for (topic, connection) in subscriptions {
            connection.send(message.bytes(for: connection.transport, names: topic.names))
        }
        metrics.sent(.delete, subscriptions.count)
    }
}
