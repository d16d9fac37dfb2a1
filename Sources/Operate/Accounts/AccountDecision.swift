internal import ArgumentParser
internal import Peers
internal import Settings
internal import SwiftProtobuf

/// What all decisions about accounts have in common: which accounts, and how the outcome is told.
struct AccountDecision: ParsableArguments {
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "One account or several: names or ids.")
    var accounts: [String]

    /// Finds all of them first: with one that does not exist nothing is changed. `verb` completes "alice is …".
    func decide(_ flag: PeerChangeStanding.Flag, isOn: Bool, _ verb: String) async throws {
        try await OperatedData(data).withPeers { peers in
            let finder = try await AccountFinder(peers)
            var found: [PeerOperatorAccount] = []
            for written in accounts {
                let account = try await finder.account(written)
                if account.account.deleted {
                    throw OperateError(.notFound, "\(account.account.username) is deleted; nothing was changed")
                }
                found.append(account)
            }
            for account in found {
                let after = try await finder.store.changeStanding(
                    PeerChangeStanding.with {
                        $0.account = account.account.id
                        $0.flag = flag
                        $0.isOn = isOn
                    })
                try tell(after, "is \(verb)")
            }
        }
    }

    func tell(_ account: PeerOperatorAccount, _ outcome: String) throws {
        let report = AccountReport(account)
        if output.json { try Terminal.print(json: report) } else { Terminal.print("\(report.username) \(outcome)") }
    }
}

/// `statuscast account suspend`
struct AccountSuspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Shut accounts out, and hide what they wrote.",
        discussion: """
            A suspended account cannot sign in, its tokens are refused, what it still posts is refused, and what it \
            wrote is shown to nobody. Nothing is deleted: `unsuspend` takes it back.

            \(ExitStatus.help)
            """)
    @OptionGroup var decision: AccountDecision
    func run() async throws { try await decision.decide(.suspension, isOn: true, "suspended") }
}

/// `statuscast account unsuspend`
struct AccountUnsuspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unsuspend", abstract: "Let suspended accounts in again.", discussion: ExitStatus.help)
    @OptionGroup var decision: AccountDecision
    func run() async throws { try await decision.decide(.suspension, isOn: false, "not suspended") }
}

/// `statuscast account silence`
struct AccountSilence: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence", abstract: "Let accounts reach only those who follow them.",
        discussion: """
            What a silenced account writes is in no public and in no tag timeline, and notifies nobody who does not \
            follow it; clients see it as `limited`. What it wrote meanwhile stays out of these timelines after \
            `unsilence`.

            \(ExitStatus.help)
            """)
    @OptionGroup var decision: AccountDecision
    func run() async throws { try await decision.decide(.silence, isOn: true, "silenced") }
}

/// `statuscast account unsilence`
struct AccountUnsilence: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unsilence", abstract: "Let silenced accounts reach everybody again.",
        discussion: ExitStatus.help)
    @OptionGroup var decision: AccountDecision
    func run() async throws { try await decision.decide(.silence, isOn: false, "not silenced") }
}

/// `statuscast account set-priority`
struct AccountSetPriority: AsyncParsableCommand {
    enum OnOff: String, ExpressibleByArgument, CaseIterable { case on, off }

    static let configuration = CommandConfiguration(
        commandName: "set-priority", abstract: "Put the posts of accounts in the priority lane, or take them out.",
        discussion: """
              statuscast account set-priority on alice bob

            \(ExitStatus.help)
            """)
    @Argument(help: "on or off.") var priority: OnOff
    @OptionGroup var decision: AccountDecision

    func run() async throws {
        try await decision.decide(
            .priorityLane, isOn: priority == .on, priority == .on ? "in the priority lane" : "in the normal lane")
    }
}
