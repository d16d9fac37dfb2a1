internal import ArgumentParser

/// `statuscast account`
struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Make accounts, look at them, and decide about them.",
        discussion: """
            Accounts are named by their username, in any case, with or without @, or by their id. The server must be \
            running; every change has taken effect in its store when the command returns, and everywhere else moments \
            later.

            \(ExitStatus.help)
            """,
        subcommands: [
            AccountAdd.self, AccountList.self, AccountSuspend.self, AccountUnsuspend.self, AccountSilence.self,
            AccountUnsilence.self, AccountApprove.self, AccountReject.self, AccountDelete.self, AccountSetPriority.self,
        ])
}
