internal import HTTPTypes
internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// Lists of accounts that a client pages through by the cursors of the relations that put them there.
struct AccountPages: Sendable {
    let accounts: AccountCache
    let site: Site

    static let defaultLimit = 40
    static let highestLimit = 80

    static func query(_ call: Call, of account: AccountID) throws(ClientError) -> PeerRelationQuery {
        let page = try PageQuery(call.parameters, defaultLimit: defaultLimit, highestLimit: highestLimit)
        return .with {
            $0.account = account.rawValue
            $0.below = page.maxID ?? 0
            $0.above = page.minID ?? page.sinceID ?? 0
            $0.fromOldest = page.minID != nil
            $0.limit = UInt32(page.limit)
        }
    }

    /// Those who are shown to nobody are left out, and those for whom `isShown` is false.
    func answer(
        _ relations: [PeerRelation], _ call: Call, isShown: (AccountID) -> Bool = { _ in true }
    ) async -> Response {
        let entries = await accounts.entries(for: relations.map { AccountID(rawValue: $0.account) })
        var response = Response.json { json in
            json.beginArray()
            for relation in relations {
                let id = AccountID(rawValue: relation.account)
                guard let entry = entries[id], !entry.account.suspended, !entry.account.pending, isShown(id) else {
                    continue
                }
                json.raw(entry.json)
            }
            json.endArray()
        }
        if let newest = relations.first?.cursor, let oldest = relations.last?.cursor {
            response.headers[.link] = LinkHeader.value(
                site: site, path: call.path, parameters: call.parameters, ids: (newest, oldest))
        }
        return response
    }
}
