internal import ArgumentParser
internal import Peers
internal import Settings
internal import SwiftProtobuf

/// `statuscast account add`
struct AccountAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make an account.",
        discussion: """
            The password is asked for on a terminal, and otherwise read from standard input, one line; or it is made \
            up and printed once, with --generate-password. It never stands on the command line, where others could \
            see it.

              statuscast account add alice --email alice@example.org --generate-password

            \(ExitStatus.help)
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "Letters, digits and underscores; unique in any case, and forever.")
    var username: String

    @Option(name: .long, help: "Unique; one signs in with it or with the username.")
    var email: String

    @Option(name: .long, help: "The name that people see.")
    var displayName: String = ""

    @Flag(name: .long, help: "Make up a password and print it.")
    var generatePassword = false

    @Flag(name: .long, help: "Its posts travel in the priority lane.")
    var priority = false

    @Flag(name: .long, help: "It says of itself that it is automated.")
    var bot = false

    func run() async throws {
        let operated = try OperatedData(data)
        let password =
            try generatePassword ? Password.generated() : await operated.blocking { try Password.read() }
        let request = PeerOperatorSignUp.with {
            $0.username = username
            $0.email = email
            $0.password = password
            $0.displayName = displayName
            $0.bot = bot
            $0.priority = priority
        }
        let account = try await operated.withPeers { try await $0.operatorOfStore().signUp(request) }
        let report = AccountReport(account, password: generatePassword ? password : nil)
        if output.json { return try Terminal.print(json: report) }
        Terminal.print("made account \(report.username) with id \(report.id)")
        if generatePassword { Terminal.print("password: \(password)") }
    }
}
