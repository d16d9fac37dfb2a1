internal import NIOCore
internal import StatuscastModel
internal import SwiftProtobuf
public import Wire

/// Serves a `StoreService` over the wire: register it in a `WireRouter` with `StoreEndpoint.methods`.
public struct StoreEndpoint: WireHandler {
    public var protocols: [WireProtocol] { [PeerProtocol.spoken] }
    public static var methods: [WireMethod] { PeerMethod.store }
    private let service: any StoreService

    public init(service: any StoreService) { self.service = service }

    public func handle(_ request: WireRequest, reply: WireReply) {
        let service = self.service
        switch request.method {
        case PeerMethod.registerApplication:
            reply.answer(request) { (r) throws(PeerError) in try await service.registerApplication(r) }
        case PeerMethod.issueToken:
            reply.answer(request) { (r) throws(PeerError) in try await service.issueToken(r) }
        case PeerMethod.reviewAuthorization:
            reply.answer(request) { (r) throws(PeerError) in try await service.reviewAuthorization(r) }
        case PeerMethod.authorize:
            reply.answer(request) { (r) throws(PeerError) in try await service.authorize(r) }
        case PeerMethod.revokeToken:
            reply.answer(request) { (r: PeerRevokeToken) throws(PeerError) in
                try await service.revokeToken(r)
                return PeerEmpty()
            }
        case PeerMethod.authenticate:
            reply.answer(request) { (r) throws(PeerError) in try await service.authenticate(r) }
        case PeerMethod.createAccount:
            reply.answer(request) { (r) throws(PeerError) in try await service.createAccount(r) }
        case PeerMethod.follow:
            reply.answer(request) { (r) throws(PeerError) in try await service.follow(r) }
        case PeerMethod.unfollow:
            reply.answer(request) { (r) throws(PeerError) in try await service.unfollow(r) }
        case PeerMethod.instanceCounts:
            reply.answer(request) { (_: PeerEmpty) throws(PeerError) in try await service.instanceCounts() }
        default:
            handleList(request, reply: reply)
        }
    }

    private func handleList(_ request: WireRequest, reply: WireReply) {
        let service = self.service
        switch request.method {
        case PeerMethod.accountsByID:
            reply.answer(request) { (r: PeerAccountIDs) throws(PeerError) in
                var list = PeerAccountList()
                list.accounts = try await service.accounts(ids: r.ids.map(AccountID.init(rawValue:)))
                return list
            }
        case PeerMethod.accountsByName:
            reply.answer(request) { (r: PeerAccountNames) throws(PeerError) in
                var list = PeerAccountList()
                list.accounts = try await service.accounts(named: r.usernames)
                return list
            }
        case PeerMethod.searchAccounts:
            reply.answer(request) { (r: PeerAccountSearch) throws(PeerError) in
                var list = PeerAccountList()
                list.accounts = try await service.searchAccounts(r)
                return list
            }
        case PeerMethod.relationships:
            reply.answer(request) { (r: PeerRelationshipQuery) throws(PeerError) in
                var list = PeerRelationshipList()
                list.relationships = try await service.relationships(r)
                return list
            }
        case PeerMethod.statuses:
            reply.answer(request) { (r: PeerStatusIDs) throws(PeerError) in
                var list = PeerStoredStatusList()
                list.statuses = try await service.statuses(ids: r.ids.map(StatusID.init(rawValue:)))
                return list
            }
        default:
            handleRules(request, reply: reply)
        }
    }

    private func handleRules(_ request: WireRequest, reply: WireReply) {
        let service = self.service
        switch request.method {
        case PeerMethod.block: reply.answer(request) { (r) throws(PeerError) in try await service.block(r) }
        case PeerMethod.unblock: reply.answer(request) { (r) throws(PeerError) in try await service.unblock(r) }
        case PeerMethod.mute: reply.answer(request) { (r) throws(PeerError) in try await service.mute(r) }
        case PeerMethod.unmute: reply.answer(request) { (r) throws(PeerError) in try await service.unmute(r) }
        case PeerMethod.saveFilter: reply.answer(request) { (r) throws(PeerError) in try await service.saveFilter(r) }
        case PeerMethod.removeFilter:
            reply.answer(request) { (r: PeerRemoveFilter) throws(PeerError) in
                try await service.removeFilter(r)
                return PeerEmpty()
            }
        case PeerMethod.decideHeld:
            reply.answer(request) { (r: PeerHeldDecision) throws(PeerError) in
                try await service.decideHeld(r)
                return PeerEmpty()
            }
        case PeerMethod.viewerRules:
            reply.answer(request) { (r: PeerViewerRulesQuery) throws(PeerError) in
                try await service.viewerRules(of: AccountID(rawValue: r.account))
            }
        case PeerMethod.keepFact: reply.answer(request) { (r) throws(PeerError) in try await service.keepFact(r) }
        case PeerMethod.keptFacts:
            reply.answer(request) { (r: PeerKeptFactQuery) throws(PeerError) in
                var list = PeerKeptFactList()
                list.facts = try await service.keptFacts(r)
                return list
            }
        case PeerMethod.blocks:
            reply.answer(request) { (r: PeerRelationQuery) throws(PeerError) in
                var list = PeerRelationList()
                list.relations = try await service.blocks(r)
                return list
            }
        case PeerMethod.mutes:
            reply.answer(request) { (r: PeerRelationQuery) throws(PeerError) in
                var list = PeerRelationList()
                list.relations = try await service.mutes(r)
                return list
            }
        default:
            handleInteractions(request, reply: reply)
        }
    }

    private func handleInteractions(_ request: WireRequest, reply: WireReply) {
        let service = self.service
        switch request.method {
        case PeerMethod.reactions:
            reply.answer(request) { (r: PeerReactionsQuery) throws(PeerError) in
                var list = PeerReactionsList()
                list.reactions = try await service.reactions(r)
                return list
            }
        case PeerMethod.interactions:
            reply.answer(request) { (r: PeerInteractionQuery) throws(PeerError) in
                var list = PeerStoredInteractionList()
                list.interactions = try await service.interactions(r)
                return list
            }
        case PeerMethod.threadRoots:
            reply.answer(request) { (r: PeerStatusIDs) throws(PeerError) in
                var list = PeerStatusIDs()
                list.ids = try await service.threadRoots(of: r.ids.map(StatusID.init(rawValue:))).map(\.rawValue)
                return list
            }
        case PeerMethod.thread:
            reply.answer(request) { (r) throws(PeerError) in try await service.thread(r) }
        case PeerMethod.statusVersions:
            reply.answer(request) { (r: PeerStatusIDs) throws(PeerError) in
                guard let id = r.ids.first else { throw PeerError(.invalid, "no status is named") }
                return try await service.versions(of: StatusID(rawValue: id))
            }
        default:
            reply.refuse(request.method)
        }
    }
}

/// Serves a `MailboxService` over the wire.
public struct MailboxEndpoint: WireHandler {
    public var protocols: [WireProtocol] { [PeerProtocol.spoken] }
    public static var methods: [WireMethod] { PeerMethod.mailbox }
    private let service: any MailboxService

    public init(service: any MailboxService) { self.service = service }

    public func handle(_ request: WireRequest, reply: WireReply) {
        let service = self.service
        switch request.method {
        case PeerMethod.freshenMailbox:
            reply.answer(request) { (r) throws(PeerError) in try await service.freshen(r) }
        case PeerMethod.watchMailboxes:
            reply.answer(request) { (r: PeerWatchMailboxes) throws(PeerError) in
                try await service.watch(r)
                return PeerEmpty()
            }
        case PeerMethod.awaitChanges:
            reply.answer(request) { (r) throws(PeerError) in try await service.awaitChanges(r) }
        default:
            reply.refuse(request.method)
        }
    }
}

/// Serves an `IssuerService` over the wire.
public struct IssuerEndpoint: WireHandler {
    public var protocols: [WireProtocol] { [PeerProtocol.spoken] }
    public static var methods: [WireMethod] { PeerMethod.issuer }
    private let service: any IssuerService

    public init(service: any IssuerService) { self.service = service }

    public func handle(_ request: WireRequest, reply: WireReply) {
        let service = self.service
        guard request.method == PeerMethod.recentStatus else { return reply.refuse(request.method) }
        reply.answer(request) { (r) throws(PeerError) in try await service.recentStatus(r) }
    }
}

extension WireReply {
    /// Decodes the request, runs `body` in a task of its own, and answers with its result or its error.
    func answer<Request: Message, Answer: Message>(
        _ request: WireRequest, _ body: @escaping @Sendable (Request) async throws(PeerError) -> Answer
    ) {
        let message: Request
        do {
            message = try Request(serializedBytes: Array(request.control.readableBytesView))
        } catch {
            return fail(WireError(.invalid, "the request of \(request.method) does not decode: \(error)"))
        }
        complete { () throws(WireError) in
            do throws(PeerError) {
                return WireResponse(control: try encoded(try await body(message)))
            } catch {
                throw error.wireError
            }
        }
    }

    func refuse(_ method: WireMethod) {
        fail(WireError(.unknownMethod, "\(method) is not served here"))
    }
}
