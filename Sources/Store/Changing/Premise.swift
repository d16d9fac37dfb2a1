internal import CanonicalStore
internal import Peers
internal import StatuscastModel

/// What a change was judged by: one thing that an account keeps, as of a version. Should another change of it come
/// before in the line, the judgement is void and the change is refused.
struct Premise: Sendable, Hashable {
    var owner: AccountID
    var shelf: PersonalFact.Shelf
    var key: String
    /// Nil: the account keeps no such thing.
    var version: EventID?

    init(_ fact: PersonalFact, version: EventID?) {
        owner = fact.owner
        shelf = fact.shelf
        key = fact.key
        self.version = version
    }

    /// Whoever gets this judges anew.
    static let void = PeerError(.unavailable, "it has changed meanwhile; try again")

    /// For each change, in order, whether its premise is void.
    static func refusals(of changes: [Change], _ users: UserStore) async throws(PeerError) -> [PeerError?] {
        var refusals: [PeerError?] = []
        var touched: Set<[String]> = []
        for change in changes {
            var isVoid = false
            if let premise = change.premise {
                isVoid = touched.contains(premise.place)
                if !isVoid { isVoid = try await premise.isVoid(users) }
            }
            for case .personal(let fact) in change.facts { touched.insert(Premise(fact, version: nil).place) }
            refusals.append(isVoid ? Premise.void : nil)
        }
        return refusals
    }

    private var place: [String] { ["\(owner)", "\(shelf)", key] }

    private func isVoid(_ users: UserStore) async throws(PeerError) -> Bool {
        do throws(StoreError) {
            return try await users.kept(shelf, key, of: owner)?.version != version
        } catch {
            throw PeerError(error)
        }
    }
}
