import DeadLetters
import HashRing
import SocialGraph
import StatuscastModel

@testable import Receive

/// A small world: names, follows, and ids made from moments.
enum World {
    static let partitions = PartitionCount(rawValue: 8)!
    static let ada = AccountID(rawValue: 1_001)
    static let bob = AccountID(rawValue: 1_002)
    static let eve = AccountID(rawValue: 1_003)
    static let pia = AccountID(rawValue: 1_004)

    /// Ada, Bob, Eve (suspended) and Pia (priority).
    static let accounts: [AccountEvent] = [
        created(1, ada, "Ada"), created(2, bob, "bob"), created(3, eve, "eve", suspended: true),
        created(4, pia, "pia", priority: true),
    ]

    static func created(
        _ event: UInt64, _ id: AccountID, _ name: String, priority: Bool = false, suspended: Bool = false
    ) -> AccountEvent {
        let account = Account(
            id: id, username: name, displayName: name, priority: priority, suspended: suspended,
            createdUnixMilliseconds: 1)
        let credentials = AccountEvent.Credentials(email: "\(name)@example.org", passwordHash: "x")
        return AccountEvent(id: EventID(rawValue: event), change: .accountCreated(account, credentials))
    }

    static func follow(_ event: UInt64, _ follower: AccountID, _ followee: AccountID) -> AccountEvent {
        AccountEvent(
            id: EventID(rawValue: event), change: .followed(.init(follower: follower, followee: followee)))
    }

    static func directory(_ more: [AccountEvent] = []) -> AuthorDirectory {
        var directory = AuthorDirectory(partitions: partitions)
        for event in accounts + more { directory.apply(event) }
        return directory
    }

    static func status(_ unixMilliseconds: UInt64, _ sequence: UInt8 = 0) -> StatusID {
        StatusID(unixMilliseconds: unixMilliseconds, node: 1, sequence: sequence)
    }

    static func partition(of account: AccountID) -> PartitionIndex { partitions.partition(of: account) }
}

/// Everything that lies in the dead letters under a shared directory, with its bytes.
func deadLetters(in shared: String) throws -> [DeadLetter] {
    let box = DeadLetterBox(directory: shared + "/dead-letters")
    return try box.list(limit: 100).letters.compactMap { try box.read($0.id)?.letter }
}

extension Judge {
    mutating func verdict(
        on event: ReceiveEvent, of partition: PartitionIndex, knowing directory: AuthorDirectory
    ) -> AcceptedEvent {
        judge(event, of: partition, knowing: directory).verdict
    }
}
