internal import ArgumentParser
internal import Glibc
internal import Mailbox

/// `statuscast mailbox path`
struct MailboxPathCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "path", abstract: "Print the path of a mailbox's file, for mail readers.",
        discussion: """
              mutt -R -f "$(statuscast mailbox path home/alice)"

            The file that was written last; with --all every file, those written first before. Open it read-only: \
            nobody but the delivery worker may write there.

            \(ExitStatus.help)
            """)

    @OptionGroup var options: MailboxOptions

    @Argument(help: ArgumentHelp("\(WrittenAddress.help) NAME alone is its home."))
    var mailbox: WrittenAddress

    @Flag(name: .long, help: "Every file of the mailbox, a line each.")
    var all = false

    func run() async throws {
        let operated = try OperatedData(options.data)
        let address = try await operated.withPeers { peers in
            let address = try await mailbox.address(peers)
            await Freshening(peers: peers, operated: operated).freshen(address)
            return address
        }
        let paths = try await operated.blocking {
            try MailboxFile.files(of: address.location, root: operated.mailboxes)
                .map { (path: $0.path, written: Self.written($0.path)) }
                .sorted { ($0.written, $0.path) < ($1.written, $1.path) }.map(\.path)
        }
        guard let last = paths.last else { throw OperateError(.notFound, "\(address) has no file yet") }
        for path in all ? paths : [last] {
            if options.output.json { try Terminal.print(json: ["path": path]) } else { Terminal.print(path) }
        }
    }

    /// When the file was written last, in nanoseconds; 0 where it is gone.
    private static func written(_ path: String) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { return 0 }
        return status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
    }
}
