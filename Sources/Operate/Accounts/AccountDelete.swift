internal import ArgumentParser
internal import Peers
internal import SwiftProtobuf

/// `statuscast account delete`
struct AccountDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete accounts and all that they wrote, for good.",
        discussion: """
            The account, its e-mail address and password, its tokens and its follows go; its statuses are dropped from \
            every timeline. Its name is never given to anybody else. There is no way back: on a terminal the name has \
            to be typed again, elsewhere --yes is needed.

            \(ExitStatus.help)
            """)

    @OptionGroup var decision: AccountDecision

    @Flag(name: .long, help: "Do not ask.")
    var yes = false

    func run() async throws {
        guard yes || Terminal.inputIsTerminal else {
            throw OperateError(.usage, "deleting cannot be undone: confirm it with --yes")
        }
        let operated = try OperatedData(decision.data)
        try await operated.withPeers { peers in
            let finder = try await AccountFinder(peers)
            var found: [PeerOperatorAccount] = []
            for written in decision.accounts { found.append(try await finder.account(written)) }
            for account in found {
                let name = account.account.username
                if !yes {
                    Terminal.hint("type \(name) to delete it for good: ")
                    guard try await operated.blocking({ readLine() }) == name else {
                        throw OperateError(.failed, "\(name) was not deleted")
                    }
                }
                let after = try await finder.store.delete(PeerDeleteAccount.with { $0.account = account.account.id })
                try decision.tell(after, "is deleted")
            }
        }
    }
}
