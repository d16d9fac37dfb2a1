public import ArgumentParser

/// `statuscast-load capacity`
public struct CapacityCommand: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "capacity", abstract: "Work out cores, memory, disk and queue nodes for an instance.",
        discussion: """
            Without --accounts: for 1, 10 and 500 million accounts at mean fan-outs of 75, 403 and 700. The formula, \
            and where each figure in it is from, are in docs/capacity.md. Figures of your own machine take the place \
            of ours by their options.

              statuscast-load capacity --accounts 250000 --fan-out 120 --delivery-us 9

            \(ExitStatus.help)
            """)

    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: "How many accounts.")
    var accounts: Double?

    @Option(name: .long, help: "Mailboxes that a status goes to, on average.")
    var fanOut = 403.0

    @Option(name: .long, help: "Posts of an account in a day.")
    var posts = Expectation(accounts: 0, fanOut: 0).postsPerAccountAndDay

    @Option(name: .long, help: "Home pages that an account reads in a day.")
    var pages = Expectation(accounts: 0, fanOut: 0).pagesPerAccountAndDay

    @Option(name: .long, help: "The busiest second beside the mean of the day.")
    var peak = Expectation(accounts: 0, fanOut: 0).peakFactor

    @Option(name: .long, help: "For how many days statuses are kept.")
    var days = Expectation(accounts: 0, fanOut: 0).retentionDays

    @Option(name: .long, help: "Queue nodes that hold each frame.")
    var copies = Expectation(accounts: 0, fanOut: 0).queueCopies

    @Option(name: .customLong("delivery-us"), help: "CPU microseconds of a delivery, as measured by you.")
    var deliveryMicroseconds: Double?

    @Option(name: .customLong("page-us"), help: "CPU microseconds of a home page, as measured by you.")
    var pageMicroseconds: Double?

    @Option(name: .long, help: "Bytes of a status in a mailbox, as measured by you.")
    var recordBytes: Double?

    public init() {}

    public func validate() throws {
        let numbers = [
            accounts, fanOut, posts, pages, peak, days, copies, deliveryMicroseconds, pageMicroseconds, recordBytes,
        ]
        guard numbers.compactMap({ $0 }).allSatisfy({ $0.isFinite && $0 > 0 && $0 < 1e15 }) else {
            throw ValidationError("All figures must be above 0.")
        }
    }

    public func run() throws {
        guard let accounts else { return try showMany() }
        let plan = plan(accounts, fanOut)
        if output.json { return try plan.lines.forEach { try Terminal.print(json: $0) } }
        var table = Table([.left(""), .right(""), .left(""), .left("")])
        for line in plan.lines { table.add([line.what, Self.text(line.value), line.unit, line.basis]) }
        Terminal.print(String(table.rendered().drop { $0 == "\n" }))
    }

    private func showMany() throws {
        var table = Table([
            .right("accounts"), .right("fan-out"), .right("deliveries/s"), .right("cores"), .right("memory GB"),
            .right("disk TB"), .right("queue nodes"),
        ])
        for accounts in [1e6, 1e7, 5e8] {
            for fanOut in [75.0, 403, 700] {
                let plan = plan(accounts, fanOut)
                let figures = [
                    accounts, fanOut, plan.peakDeliveries, plan.cores, plan.memoryBytes / 1e9, plan.diskBytes / 1e12,
                    plan.queueNodes,
                ]
                if output.json {
                    try Terminal.print(json: ManyLine(accounts: accounts, fanOut: fanOut, lines: plan.lines))
                } else {
                    table.add(figures.map(Self.text))
                }
            }
        }
        if !output.json { Terminal.print(table.rendered()) }
    }

    private struct ManyLine: Encodable {
        let accounts: Double
        let fanOut: Double
        let lines: [PlanLine]
    }

    private func plan(_ accounts: Double, _ fanOut: Double) -> CapacityPlan {
        var costs = UnitCosts()
        if let deliveryMicroseconds { costs.deliveryMicroseconds = .measured(deliveryMicroseconds) }
        if let pageMicroseconds { costs.pageMicroseconds = .measured(pageMicroseconds) }
        if let recordBytes { costs.recordBytes = .measured(recordBytes) }
        var expectation = Expectation(accounts: accounts, fanOut: fanOut)
        expectation.postsPerAccountAndDay = posts
        expectation.pagesPerAccountAndDay = pages
        expectation.peakFactor = peak
        expectation.retentionDays = days
        expectation.queueCopies = copies
        return CapacityPlan(expectation: expectation, costs: costs)
    }

    /// Three digits that count, thousands apart.
    static func text(_ value: Double) -> String {
        guard value >= 100 else {
            let tenths = Int((value * 10).rounded())
            return value < 10 && tenths % 10 != 0 ? "\(tenths / 10).\(tenths % 10)" : "\(Int(value.rounded()))"
        }
        var step = 1.0
        while value / step >= 1000 { step *= 10 }
        let digits = Array(String(Int((value / step).rounded() * step)))
        return digits.enumerated().reduce(into: "") { text, digit in
            if digit.offset > 0, (digits.count - digit.offset) % 3 == 0 { text += "," }
            text.append(digit.element)
        }
    }
}
