internal import SwiftProtobuf
public import Wire

/// Reaches the canonical store for the operator. Concurrency and repetition as in `StoreClient`.
public struct OperatorClient: OperatorService {
    let channel: PeerChannel

    init(channel: PeerChannel) { self.channel = channel }

    /// Not repeated by itself: where the first attempt went through, a second would find the name taken.
    public func signUp(_ request: PeerOperatorSignUp) async throws(PeerError) -> PeerOperatorAccount {
        try await channel.call(
            PeerMethod.operatorSignUp, request, repeatable: false, deadlineMilliseconds: 15_000)
    }

    public func find(_ request: PeerFindAccounts) async throws(PeerError) -> [PeerOperatorAccount] {
        try await channel.call(PeerMethod.findAccounts, request, as: PeerOperatorAccountList.self).accounts
    }

    public func list(_ request: PeerListAccounts) async throws(PeerError) -> [PeerOperatorAccount] {
        try await channel.call(PeerMethod.listAccounts, request, as: PeerOperatorAccountList.self).accounts
    }

    public func changeStanding(_ request: PeerChangeStanding) async throws(PeerError) -> PeerOperatorAccount {
        try await channel.call(PeerMethod.changeStanding, request, deadlineMilliseconds: 15_000)
    }

    /// The follows of the account end with it: with very many that takes its time.
    public func delete(_ request: PeerDeleteAccount) async throws(PeerError) -> PeerOperatorAccount {
        try await channel.call(PeerMethod.deleteAccount, request, deadlineMilliseconds: 120_000)
    }

    /// Not repeated by itself: while the first attempt is under way, a second would find its names taken.
    public func importAccounts(_ request: PeerImportAccounts) async throws(PeerError) -> PeerImportedAccounts {
        try await channel.call(
            PeerMethod.importAccounts, request, repeatable: false, deadlineMilliseconds: 60_000)
    }

    public func importFollows(_ request: PeerImportFollows) async throws(PeerError) -> PeerImportedFollows {
        try await channel.call(PeerMethod.importFollows, request, deadlineMilliseconds: 60_000)
    }
}

/// Reaches a front for the operator.
public struct PostingClient: PostingService {
    let channel: PeerChannel

    init(channel: PeerChannel) { self.channel = channel }

    /// Reaches the front behind one connection.
    public init(_ client: WireClient) { channel = PeerChannel(route: .fixed(client)) }

    /// Not repeated by itself: without a key that would be a second status.
    public func post(_ request: PeerPostAs) async throws(PeerError) -> PeerPostedAs {
        try await channel.call(PeerMethod.postAs, request, repeatable: false, deadlineMilliseconds: 10_000)
    }
}
