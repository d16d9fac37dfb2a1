import Foundation
import Peers
import StatuscastModel
import SwiftProtobuf
import Wire

/// Good requests of the peers. Each begins with the index of its method.
enum PeerSamples {
    static func store() throws -> [[UInt8]] {
        let application = PeerRegisterApplication.with {
            $0.name = "app"
            $0.redirectUris = ["urn:ietf:wg:oauth:2.0:oob"]
        }
        let account = PeerCreateAccount.with {
            $0.username = "alice"
            $0.email = "a@example.org"
            $0.password = "long enough"
        }
        let messages: [(WireMethod, any Message)] = [
            (PeerMethod.registerApplication, application), (PeerMethod.issueToken, PeerIssueToken()),
            (PeerMethod.revokeToken, PeerRevokeToken.with { $0.token = "t" }),
            (PeerMethod.authenticate, PeerAuthenticate.with { $0.tokenHash = Data(repeating: 1, count: 32) }),
            (PeerMethod.createAccount, account), (PeerMethod.accountsByID, PeerAccountIDs.with { $0.ids = [1, .max] }),
            (PeerMethod.accountsByName, PeerAccountNames.with { $0.usernames = ["alice", "ä%_"] }),
            (
                PeerMethod.searchAccounts,
                PeerAccountSearch.with {
                    $0.query = "@al"; $0.limit = 5; $0.offset = 1
                }
            ),
            (
                PeerMethod.follow,
                PeerFollow.with {
                    $0.follower = 1; $0.followee = 2
                }
            ),
            (
                PeerMethod.unfollow,
                PeerFollow.with {
                    $0.follower = 1; $0.followee = 2
                }
            ),
            (
                PeerMethod.relationships,
                PeerRelationshipQuery.with {
                    $0.viewer = 1; $0.accounts = [2, 3]
                }
            ),
            (PeerMethod.statuses, PeerStatusIDs.with { $0.ids = [1, 2] }), (PeerMethod.instanceCounts, PeerEmpty()),
            (
                PeerMethod.keepFact,
                PeerKeepFact.with {
                    $0.fact = Data(
                        AccountEvent(
                            id: EventID(rawValue: 0),
                            change: .personal(
                                .tagFollowed(TagChoice(owner: AccountID(rawValue: 1), tag: "swift", isOn: true)))
                        ).encoded())
                }
            ),
            (
                PeerMethod.keptFacts,
                PeerKeptFactQuery.with {
                    $0.owner = 1; $0.shelf = 24; $0.limit = 5
                }
            ),
        ]
        return try encoded(messages, StoreEndpoint.methods)
    }

    static func mailboxes() throws -> [[UInt8]] {
        let addresses = [Address.public, .home(AccountID(rawValue: 4)), .tag("ä")].map(\.description)
        let messages: [(WireMethod, any Message)] =
            addresses.map { address in
                (PeerMethod.freshenMailbox, PeerFreshenMailbox.with { $0.address = address })
            } + [
                (
                    PeerMethod.watchMailboxes,
                    PeerWatchMailboxes.with {
                        $0.watcher = 1; $0.add = addresses
                    }
                ),
                (
                    PeerMethod.watchMailboxes,
                    PeerWatchMailboxes.with {
                        $0.watcher = 1; $0.remove = addresses
                    }
                ),
                (
                    PeerMethod.awaitChanges,
                    PeerAwaitChanges.with {
                        $0.watcher = 1; $0.after = 1; $0.waitMilliseconds = 5
                    }
                ),
            ]
        return try encoded(messages, MailboxEndpoint.methods)
    }

    private static func encoded(_ messages: [(WireMethod, any Message)], _ methods: [WireMethod]) throws -> [[UInt8]] {
        try messages.map { method, message in
            let bytes: [UInt8] = try message.serializedBytes()
            return [UInt8(methods.firstIndex(of: method) ?? 0)] + bytes
        }
    }
}
