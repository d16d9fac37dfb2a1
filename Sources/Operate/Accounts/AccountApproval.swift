internal import ArgumentParser
internal import Peers
internal import Settings
internal import SwiftProtobuf

/// `statuscast account approve`
struct AccountApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Let accounts in that wait for approval.",
        discussion: """
            While `front.sign_up` is `approval`, a new account may do nothing until it is approved. \
            `account list --state pending` shows who waits.

            \(ExitStatus.help)
            """)
    @OptionGroup var decision: AccountDecision
    func run() async throws { try await decision.decide(.pendingApproval, isOn: false, "approved") }
}

/// `statuscast account reject`
struct AccountReject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Delete accounts that wait for approval.",
        discussion: """
            As `delete`, but only for accounts that wait: one that was let in before is not touched. Their names stay \
            taken.

            \(ExitStatus.help)
            """)
    @OptionGroup var decision: AccountDecision

    func run() async throws {
        try await OperatedData(decision.data).withPeers { peers in
            let finder = try await AccountFinder(peers)
            var found: [PeerOperatorAccount] = []
            for written in decision.accounts {
                let account = try await finder.account(written)
                guard account.account.pending, !account.account.deleted else {
                    throw OperateError(
                        .notFound, "\(account.account.username) does not wait for approval; nothing was changed")
                }
                found.append(account)
            }
            for account in found {
                let id = account.account.id
                try decision.tell(
                    try await finder.store.delete(PeerDeleteAccount.with { $0.account = id }), "is rejected")
            }
        }
    }
}
