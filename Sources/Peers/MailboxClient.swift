public import StatuscastModel
internal import SwiftProtobuf
public import Wire

/// Reaches the holder of the mailboxes of one lane and partition. Concurrency and repetition as in `StoreClient`.
public struct MailboxClient: MailboxService {
    let channel: PeerChannel

    init(channel: PeerChannel) { self.channel = channel }

    /// Reaches the holder behind one connection, without looking anything up.
    public init(_ client: WireClient) { channel = PeerChannel(route: .fixed(client)) }

    public func freshen(_ request: PeerFreshenMailbox) async throws(PeerError) -> PeerMailboxVersion {
        try await channel.call(PeerMethod.freshenMailbox, request)
    }

    public func freshen(_ address: Address) async throws(PeerError) -> PeerMailboxVersion {
        try await freshen(PeerFreshenMailbox.with { $0.address = address.description })
    }

    public func watch(_ request: PeerWatchMailboxes) async throws(PeerError) {
        _ = try await channel.call(PeerMethod.watchMailboxes, request, as: PeerEmpty.self)
    }

    /// Not repeated by itself: after a broken connection the watcher must register again first.
    public func awaitChanges(_ request: PeerAwaitChanges) async throws(PeerError) -> PeerChanges {
        try await channel.call(
            PeerMethod.awaitChanges, request, repeatable: false,
            deadlineMilliseconds: min(request.waitMilliseconds, 60_000) + 5_000)
    }
}

/// Reaches the process that issued a status id. Concurrency and repetition as in `StoreClient`.
public struct IssuerClient: IssuerService {
    let channel: PeerChannel

    init(channel: PeerChannel) { self.channel = channel }

    /// Reaches the issuer behind one connection, without looking anything up.
    public init(_ client: WireClient) { channel = PeerChannel(route: .fixed(client)) }

    public func recentStatus(_ request: PeerRecentStatus) async throws(PeerError) -> PeerRecentDraft {
        try await channel.call(PeerMethod.recentStatus, request, deadlineMilliseconds: 2_000)
    }

    public func recentStatus(_ id: StatusID) async throws(PeerError) -> PeerRecentDraft {
        try await recentStatus(PeerRecentStatus.with { $0.id = id.rawValue })
    }
}
