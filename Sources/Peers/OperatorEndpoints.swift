internal import NIOCore
internal import StatuscastModel
internal import SwiftProtobuf
public import Wire

/// Serves an `OperatorService` over the wire: register it in a `WireRouter` with `OperatorEndpoint.methods`.
public struct OperatorEndpoint: WireHandler {
    public static var methods: [WireMethod] { PeerMethod.operator }
    private let service: any OperatorService

    public init(service: any OperatorService) { self.service = service }

    public func handle(_ request: WireRequest, reply: WireReply) {
        let service = self.service
        switch request.method {
        case PeerMethod.operatorSignUp:
            reply.answer(request) { (r) throws(PeerError) in try await service.signUp(r) }
        case PeerMethod.findAccounts:
            reply.answer(request) { (r: PeerFindAccounts) throws(PeerError) in
                PeerOperatorAccountList(try await service.find(r))
            }
        case PeerMethod.listAccounts:
            reply.answer(request) { (r: PeerListAccounts) throws(PeerError) in
                PeerOperatorAccountList(try await service.list(r))
            }
        case PeerMethod.changeStanding:
            reply.answer(request) { (r) throws(PeerError) in try await service.changeStanding(r) }
        case PeerMethod.deleteAccount:
            reply.answer(request) { (r) throws(PeerError) in try await service.delete(r) }
        case PeerMethod.importAccounts:
            reply.answer(request) { (r) throws(PeerError) in try await service.importAccounts(r) }
        case PeerMethod.importFollows:
            reply.answer(request) { (r) throws(PeerError) in try await service.importFollows(r) }
        default: reply.refuse(request.method)
        }
    }
}

/// Serves a `PostingService` over the wire.
public struct PostingEndpoint: WireHandler {
    public static var methods: [WireMethod] { PeerMethod.posting }
    private let service: any PostingService

    public init(service: any PostingService) { self.service = service }

    public func handle(_ request: WireRequest, reply: WireReply) {
        let service = self.service
        guard request.method == PeerMethod.postAs else { return reply.refuse(request.method) }
        reply.answer(request) { (r) throws(PeerError) in try await service.post(r) }
    }
}

extension PeerOperatorAccountList {
    init(_ accounts: [PeerOperatorAccount]) {
        self.init()
        self.accounts = accounts
    }
}
