import Peers
import StatuscastModel
import SwiftProtobuf

/// Says what it was asked, so that a test can see that everything has arrived.
extension FakeStore {
    func block(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship {
        .with {
            $0.account = request.target
            $0.blocking = true
        }
    }

    func unblock(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship {
        .with { $0.account = request.target }
    }

    func mute(_ request: PeerMute) async throws(PeerError) -> PeerRelationship {
        .with {
            $0.account = request.muted
            $0.muting = true
            $0.mutingNotifications = request.hidesNotifications
            $0.mutedUntilUnixMilliseconds = request.untilUnixMilliseconds
        }
    }

    func unmute(_ request: PeerAccountPair) async throws(PeerError) -> PeerRelationship {
        .with { $0.account = request.target }
    }

    func blocks(_ request: PeerRelationQuery) async throws(PeerError) -> [PeerRelation] {
        [.with { $0.cursor = request.below }]
    }

    func mutes(_ request: PeerRelationQuery) async throws(PeerError) -> [PeerRelation] {
        [.with { $0.cursor = request.above }]
    }

    func saveFilter(_ request: PeerFilter) async throws(PeerError) -> PeerFilter { request }

    func removeFilter(_ request: PeerRemoveFilter) async throws(PeerError) {
        if request.filter == 0 { throw PeerError(.notFound, "Record not found") }
    }

    func decideHeld(_ request: PeerHeldDecision) async throws(PeerError) {}

    func keepFact(_ request: PeerKeepFact) async throws(PeerError) -> PeerKeptFact {
        PeerKeptFact(try request.read(), version: EventID(rawValue: 9))
    }

    func keptFacts(_ request: PeerKeptFactQuery) async throws(PeerError) -> [PeerKeptFact] { [] }

    func viewerRules(of account: AccountID) async throws(PeerError) -> PeerViewerRules {
        .with { $0.blocking = [account.rawValue] }
    }
}
