internal import ArgumentParser
internal import Mailbox
internal import StatuscastModel

/// `statuscast mailbox show`
struct MailboxShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show records of a mailbox as they are, the newest last.",
        discussion: """
            Everything that lies there, what was deleted as well, each record once. With --raw it is an mbox again.

            \(ExitStatus.help)
            """)

    @OptionGroup var options: MailboxOptions

    @Argument(help: ArgumentHelp(WrittenAddress.help))
    var mailbox: WrittenAddress

    @Argument(help: "The id of one record; without it the last ones are shown.")
    var record: UInt64?

    @Option(name: .long, help: "How many records from the end.")
    var tail: Int = 10

    @Flag(name: .long, help: "The bytes as they lie in the file.")
    var raw = false

    func validate() throws {
        guard (1...1_000_000).contains(tail) else { throw ValidationError("--tail must be 1 to 1000000") }
        guard !(raw && options.output.json) else { throw ValidationError("--raw and --json exclude each other") }
        if let record, record >= 1 << 63 { throw ValidationError("\(record) is no id") }
    }

    func run() async throws {
        let operated = try OperatedData(options.data)
        let address = try await operated.withPeers { peers in
            let address = try await mailbox.address(peers)
            await Freshening(peers: peers, operated: operated).freshen(address)
            return address
        }
        let (record, tail) = (self.record, self.tail)
        let page = try await operated.blocking {
            let reader = MailboxReader(root: operated.mailboxes, memoryBytesMax: 64 << 20)
            guard let record else { return try reader.page(address.location, limit: tail) }
            return try reader.page(
                address.location, below: record + 1, above: record == 0 ? nil : record - 1, limit: 1)
        }
        for place in page.damaged { Terminal.complain("\(place.path): byte \(place.offset): damaged, left out") }
        if let record, page.records.isEmpty {
            throw OperateError(.notFound, "there is no record \(record) in \(address)")
        }
        for (_, bytes) in page.records.reversed() { try show(bytes) }
        if page.records.isEmpty, !options.output.json { Terminal.complain("there is nothing in \(address)") }
    }

    private func show(_ bytes: [UInt8]) throws {
        if raw { return Terminal.write(bytes) }
        let report = try RecordReport(bytes)
        if options.output.json { try Terminal.print(json: report) } else { Terminal.print(report.pretty) }
    }
}
