internal import CanonicalStore
internal import Peers
internal import StatuscastModel

/// A code is exchanged once.
enum AuthorizationRules {
    static let refusal = PeerError(
        .invalidGrant,
        "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the "
            + "authorization request, or was issued to another client.")

    /// For each change, in order, whether it uses a code that was used before: in the store, or earlier in the line.
    static func refusals(of changes: [Change], _ users: UserStore) async throws(PeerError) -> [PeerError?] {
        var refusals: [PeerError?] = []
        var usedInLine: Set<[UInt8]> = []
        for change in changes {
            var isRefused = false
            for case .authorizationUsed(let use) in change.facts {
                let isUsed = try await isUsed(use.codeHash, users)
                if isUsed || !usedInLine.insert(use.codeHash).inserted { isRefused = true }
            }
            refusals.append(isRefused ? refusal : nil)
        }
        return refusals
    }

    private static func isUsed(_ code: [UInt8], _ users: UserStore) async throws(PeerError) -> Bool {
        do throws(StoreError) {
            return try await users.authorization(codeHash: code)?.tokenHash != nil
        } catch {
            throw PeerError(error)
        }
    }
}
