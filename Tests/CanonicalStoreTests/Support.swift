import CanonicalStore
import DurableFiles
import Foundation
import StatuscastModel
import Testing

/// A directory of its own, removed when the test is done with it.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "store-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func directory() throws -> StoreDirectory { try StoreDirectory(path: path + "/store", holder: "a test") }
}

func account(_ id: UInt64, _ name: String, displayName: String = "") -> Account {
    Account(
        id: AccountID(rawValue: id), username: name, displayName: displayName,
        createdUnixMilliseconds: 1_700_000_000_000)
}

func created(_ id: UInt64, _ name: String, event: UInt64, displayName: String = "") -> AccountEvent {
    AccountEvent(
        id: EventID(rawValue: event),
        change: .accountCreated(
            account(id, name, displayName: displayName),
            AccountEvent.Credentials(email: "\(name.lowercased())@example.org", passwordHash: "hash")))
}

func followed(_ follower: UInt64, _ followee: UInt64, event: UInt64) -> AccountEvent {
    AccountEvent(
        id: EventID(rawValue: event),
        change: .followed(
            AccountEvent.Follow(follower: AccountID(rawValue: follower), followee: AccountID(rawValue: followee))))
}

func unfollowed(_ follower: UInt64, _ followee: UInt64, event: UInt64) -> AccountEvent {
    AccountEvent(
        id: EventID(rawValue: event),
        change: .unfollowed(follower: AccountID(rawValue: follower), followee: AccountID(rawValue: followee)))
}

func accepted(
    _ id: UInt64, author: UInt64 = 1, replyTo: UInt64? = nil, visibility: Visibility = .public,
    record: String = "record"
) -> AcceptedEvent {
    .accepted(
        AcceptedStatus(
            id: StatusID(rawValue: id), author: AccountID(rawValue: author), visibility: visibility,
            inReplyTo: replyTo.map(StatusID.init(rawValue:)), inReplyToAccount: nil, mentions: [], tags: [],
            record: ArraySlice("\(record) \(id)".utf8)))
}

func deleted(_ id: UInt64, author: UInt64 = 1, event: UInt64 = 9) -> AcceptedEvent {
    .deleted(
        StatusDelete(
            event: EventID(rawValue: event), status: StatusID(rawValue: id), author: AccountID(rawValue: author)))
}

func refused(_ id: UInt64, author: UInt64 = 1, aliasOf: UInt64? = nil) -> AcceptedEvent {
    .refused(
        RefusedStatus(
            id: StatusID(rawValue: id), author: AccountID(rawValue: author), reason: "because",
            aliasOf: aliasOf.map(StatusID.init(rawValue:))))
}

/// The code of the error that `body` throws, nil where it throws none.
func storeErrorCode(_ body: () async throws -> Void) async -> StoreError.Code? {
    do {
        try await body()
        return nil
    } catch let error as StoreError {
        return error.code
    } catch {
        Issue.record("unexpected: \(error)")
        return nil
    }
}
