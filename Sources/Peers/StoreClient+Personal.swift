internal import Foundation
public import StatuscastModel
internal import SwiftProtobuf

extension StoreClient {
    /// Not repeated by itself: where the first attempt went through, a second might make another thing.
    public func keepFact(_ request: PeerKeepFact) async throws(PeerError) -> PeerKeptFact {
        try await channel.call(PeerMethod.keepFact, request, repeatable: false)
    }

    public func keptFacts(_ request: PeerKeptFactQuery) async throws(PeerError) -> [PeerKeptFact] {
        try await channel.call(PeerMethod.keptFacts, request, as: PeerKeptFactList.self).facts
    }

    /// `keepFact` for a fact as it is; answers it as it holds then.
    @discardableResult
    public func keep(_ fact: PersonalFact) async throws(PeerError) -> (fact: PersonalFact, version: EventID) {
        let event = AccountEvent(id: EventID(rawValue: 0), change: .personal(fact))
        return try await keepFact(.with { $0.fact = Data(event.encoded()) }).read()
    }
}

extension PeerKeptFact {
    public init(_ fact: PersonalFact, version: EventID) {
        self.init()
        self.fact = Data(AccountEvent(id: version, change: .personal(fact)).encoded())
    }

    /// Throws `.invalid` where the bytes are no personal fact.
    public func read() throws(PeerError) -> (fact: PersonalFact, version: EventID) { try readFact(fact) }
}

extension PeerKeepFact {
    /// Throws `.invalid` where the bytes are no personal fact.
    public func read() throws(PeerError) -> PersonalFact { try readFact(fact).fact }
}

private func readFact(_ bytes: Data) throws(PeerError) -> (fact: PersonalFact, version: EventID) {
    do throws(DecodeError) {
        let event = try AccountEvent(decoding: Array(bytes)[...])
        guard case .personal(let fact) = event.change else {
            throw DecodeError(field: "kept fact", reason: .invalid("it is none"))
        }
        return (fact, event.id)
    } catch {
        throw PeerError(.invalid, "a kept fact does not decode: \(error)")
    }
}
