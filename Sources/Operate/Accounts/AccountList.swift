internal import ArgumentParser
internal import Peers
internal import Settings
internal import SwiftProtobuf

/// `statuscast account list`
struct AccountList: AsyncParsableCommand {
    enum State: String, ExpressibleByArgument, CaseIterable {
        case any, active, suspended, silenced, priority, deleted, pending

        var asked: PeerListAccounts.State {
            switch self {
            case .any: .any
            case .active: .active
            case .suspended: .suspended
            case .silenced: .silenced
            case .priority: .priority
            case .deleted: .deleted
            case .pending: .pending
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List accounts, the oldest first.",
        discussion: """
            One page at a time: --after takes the last id of the page before. With --limit 0 all of them.

            \(ExitStatus.help)
            """)

    private static let pageMax = 500

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var progress: ProgressOptions

    @Option(name: .long, help: "any, active, suspended, silenced, priority, deleted or pending.")
    var state: State = .any

    @Option(name: .long, help: "Only names that begin with this, in any case.")
    var name: String = ""

    @Option(name: .long, help: "How many at most; 0: all.")
    var limit: Int = 50

    @Option(name: .long, help: "Only accounts behind the one with this id.")
    var after: UInt64 = 0

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit must not be negative") }
        guard after < 1 << 63 else { throw ValidationError("--after \(after) is no id") }
    }

    func run() async throws {
        let operated = try OperatedData(data)
        try await operated.withPeers { peers in
            let store = try await peers.operatorOfStore()
            let shown = Progress("accounts", options: progress)
            var table = Table(AccountReport.columns)
            var (last, count, isEnd) = (after, 0, false)
            while !isEnd, limit == 0 || count < limit {
                let wanted = limit == 0 ? Self.pageMax : min(Self.pageMax, limit - count)
                let page = try await store.list(
                    PeerListAccounts.with {
                        $0.after = last
                        $0.limit = UInt32(wanted)
                        $0.state = state.asked
                        $0.namePrefix = name
                    })
                for report in page.map({ AccountReport($0) }) {
                    if output.json { try Terminal.print(json: report) } else { table.add(report.row) }
                }
                shown.advance(by: page.count)
                count += page.count
                last = page.last?.account.id ?? last
                isEnd = page.count < wanted
            }
            shown.end()
            if !output.json { Terminal.print(table.rendered()) }
            if !isEnd, !output.json { Terminal.complain("there may be more: --after \(last)") }
        }
    }
}
