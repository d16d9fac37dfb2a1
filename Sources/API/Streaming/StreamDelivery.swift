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
        let event = source.tellsNotifications ? StreamEvent.notification : .update
        for fragment in fragments { await deliver(timelines.tombstones.newest(of: fragment), event, from: source) }
    }

    /// The new versions of statuses that were sent before. One that is not to be found goes to nobody: who has written
    /// the new version cannot be compared then.
    func deliverVersions(of ids: [UInt64], from source: StreamSource) async {
        for id in ids {
            guard case .found(let fragment, _) = await timelines.showing.lookup.findAny(StatusID(rawValue: id)),
                fragment.version != 0
            else { continue }
            await deliver(fragment, .statusUpdate, from: source)
        }
    }

    /// Nothing of a status that is deleted, or repeats one that is: its deletion may come first.
    private func deliver(_ fragment: Fragment, _ event: StreamEvent, from source: StreamSource) async {
        let isKnown =
            event == .notification ? NotificationKind(of: fragment.record) != nil : fragment.record.kind == .status
        guard isKnown, !timelines.tombstones.hides(fragment) else { return }
        // In timelines of strangers nothing depends on who looks, but for one's own and what meets a filter.
        let isOpen = isForStrangers(source.address)
        var shared = isOpen ? await message(event, fragment, for: nil, ViewerRules.none, in: source.address) : nil
        var sent = 0
        for (topic, connection) in source.subscribers {
            let viewer = connection.viewer?.account
            let place = place(source.address, topic)
            guard let rules = await rules(of: viewer, for: fragment, in: place) else { continue }
            let bytes: ByteBuffer?
            if isOpen, fragment.author != viewer, rules.matches(fragment, in: place).isEmpty {
                bytes = shared?.bytes(for: connection.transport, names: topic.names)
            } else {
                var personal = await message(event, fragment, for: viewer, rules, in: source.address)
                bytes = personal?.bytes(for: connection.transport, names: topic.names)
            }
            if let bytes {
                connection.send(bytes)
                sent += 1
            }
        }
        metrics.sent(event, sent)
    }

    /// The viewer's rules; nil: it is not for the viewer.
    private func rules(
        of viewer: AccountID?, for fragment: Fragment, in place: ViewerRules.Place
    ) async -> ViewerRules? {
        var entry = await timelines.rules.entry(for: viewer)
        if let viewer, entry.rules.mayRead(fragment, viewer) == nil {
            entry = await timelines.rules.entry(entry, of: viewer, following: [fragment.author])
        }
        guard entry.rules.shows(fragment, in: place, to: viewer),
            entry.rules.mayRead(fragment, viewer) == true
        else { return nil }
        return entry.rules
    }

    private func isForStrangers(_ address: Address) -> Bool {
        switch address {
        case .public, .tag: true
        default: false
        }
    }

    private func place(_ address: Address, _ topic: StreamTopic? = nil) -> ViewerRules.Place {
        if let list = topic?.list { return .list(list) }
        return switch address {
        case .public, .tag: .public
        case .notifications: .notifications
        default: .home
        }
    }

    /// As it would stand on a page; nil where it would not.
    private func message(
        _ event: StreamEvent, _ fragment: Fragment, for viewer: AccountID?, _ rules: ViewerRules, in address: Address
    ) async -> StreamMessage? {
        let composed = await timelines.showing.compose([fragment], for: viewer, rules: rules, in: place(address))
        guard let shown = composed.shown.first,
            !timelines.isHidden(shown, composed.accounts, from: viewer, in: address)
        else { return nil }
        var json = JSONWriter(reserving: 3072)
        if event == .notification {
            guard let viewer else { return nil }
            if await isInMutedThread(fragment, viewer) { return nil }
            NotificationJSON(shown)?.write(viewer: viewer, to: &json)
        } else {
            shown.write(viewer: viewer, to: &json)
        }
        return json.bytes.isEmpty ? nil : StreamMessage(event, payload: json.bytes)
    }

    /// A reply is too young here for the store to know of it: what it answers says whether its thread is muted.
    private func isInMutedThread(_ fragment: Fragment, _ viewer: AccountID) async -> Bool {
        guard fragment.isReply, let parent = fragment.record.inReplyTo?.rawValue else { return false }
        let answer = await timelines.showing.marks.views(of: [parent], for: viewer)
        return answer.views[parent]?.own.contains(.muted) ?? false
    }

    func delete(_ id: UInt64, to subscriptions: [Subscription]) {
        var message = StreamMessage(.delete, payload: Array(String(id).utf8))
        for (topic, connection) in subscriptions {
            connection.send(message.bytes(for: connection.transport, names: topic.names))
        }
        metrics.sent(.delete, subscriptions.count)
    }
}
