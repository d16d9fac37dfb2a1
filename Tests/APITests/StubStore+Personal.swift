import Foundation
import Peers
import StatuscastModel
import SwiftProtobuf
import Synchronization

/// What accounts keep, in memory and without judgement.
extension StubStore {
    struct Personal {
        var kept: [(fact: PersonalFact, version: UInt64)] = []
        var nextID: UInt64 = 5_000 << 16
    }

    func keepFact(_ request: PeerKeepFact) async throws(PeerError) -> PeerKeptFact {
        let asked = try request.read()
        return personal.withLock { personal in
            personal.nextID += 1 << 16
            let version = personal.nextID
            var fact = asked
            switch asked {
            case .listSet(var list) where list.id.rawValue == 0:
                list.id = ListID(rawValue: version)
                fact = .listSet(list)
            case .scheduledSet(var scheduled) where scheduled.id.rawValue == 0:
                scheduled.id = ScheduledID(rawValue: version)
                fact = .scheduledSet(scheduled)
            default: break
            }
            personal.kept.removeAll {
                $0.fact.owner == fact.owner && $0.fact.shelf == fact.shelf && $0.fact.key == fact.key
            }
            if fact.isKept { personal.kept.append((fact, version)) }
            return PeerKeptFact(fact, version: EventID(rawValue: version))
        }
    }

    func keptFacts(_ request: PeerKeptFactQuery) async throws(PeerError) -> [PeerKeptFact] {
        personal.withLock { personal in
            personal.kept.filter { kept in
                kept.fact.owner.rawValue == request.owner && UInt32(kept.fact.shelf.rawValue) == request.shelf
                    && (request.key.isEmpty || kept.fact.key == request.key)
                    && kept.version > request.above && (request.below == 0 || kept.version < request.below)
            }.sorted { $0.version > $1.version }.prefix(request.key.isEmpty ? Int(request.limit) : 1).map {
                PeerKeptFact($0.fact, version: EventID(rawValue: $0.version))
            }
        }
    }

    /// What the rules of a viewer say of these.
    func addPersonal(to rules: inout PeerViewerRules, of owner: AccountID) {
        let facts = personal.withLock { $0.kept.map(\.fact).filter { $0.owner == owner } }
        for case .listSet(let list) in facts {
            rules.lists.append(
                .with {
                    $0.id = list.id.rawValue
                    $0.exclusive = list.isExclusive
                    $0.repliesPolicy = UInt32(list.repliesPolicy.rawValue)
                    $0.members = facts.compactMap { fact in
                        guard case .listMember(let member) = fact, member.list == list.id else { return nil }
                        return member.account.rawValue
                    }
                })
        }
        for case .notificationsDismissed(let dismissal) in facts {
            if dismissal.isUpTo {
                rules.notificationsDismissedUpTo = dismissal.notification
            } else {
                rules.dismissedNotifications.append(dismissal.notification)
            }
        }
    }
}
