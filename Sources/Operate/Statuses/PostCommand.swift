internal import ArgumentParser
internal import Foundation
internal import Peers
internal import Settings
internal import StatuscastModel
internal import SwiftProtobuf

/// `statuscast post`
struct PostCommand: AsyncParsableCommand {
    enum Visibility: String, ExpressibleByArgument, CaseIterable { case `public`, unlisted, `private`, direct }

    static let configuration = CommandConfiguration(
        commandName: "post", abstract: "Post a status as an account.",
        discussion: """
              statuscast post --as alice "Hello"
              fortune | statuscast post --as oracle --visibility unlisted

            A running front takes it, by the rules that its clients are under; no password and no token is needed. The \
            id is printed once the status is on stable storage. Where it is unclear whether it came through (75), \
            posting again with the same --idempotency-key never makes a second one.

            \(ExitStatus.help)
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .customLong("as"), help: "The account that posts: a name or an id.")
    var author: String

    @Argument(help: "The text; without it, or with -, standard input is read.")
    var text: String?

    @Option(name: .long, help: "public, unlisted, private or direct.")
    var visibility: Visibility = .public

    @Option(name: .long, help: "A content warning that stands before the text.")
    var spoiler: String = ""

    @Flag(name: .long, help: "Mark it as sensitive.")
    var sensitive = false

    @Option(name: .long, help: "The id of the status that it answers.")
    var replyTo: UInt64?

    @Option(name: .long, help: "An ISO 639 code, for example en.")
    var language: String = ""

    @Option(name: .long, help: "Of several posts with one key only the first counts, for an hour.")
    var idempotencyKey: String?

    func run() async throws {
        let operated = try OperatedData(data)
        let text = try await self.text(operated)
        let posted = try await operated.withPeers { peers in
            let account = try await AccountFinder(peers).account(author)
            let request = PeerPostAs.with {
                $0.account = account.account.id
                $0.text = text
                $0.visibility = visibility.rawValue
                $0.spoiler = spoiler
                $0.sensitive = sensitive
                $0.inReplyTo = replyTo ?? 0
                $0.language = language
                $0.idempotencyKey = idempotencyKey ?? "statuscast post \(UUID().uuidString)"
            }
            return try await Fronts(operated: operated).post(request)
        }
        guard output.json else { return Terminal.print(String(posted.id)) }
        try Terminal.print(json: ["id": String(posted.id), "url": posted.url])
    }

    /// One newline at the end of standard input is the shell's, not the author's.
    private func text(_ operated: OperatedData) async throws -> String {
        if let text, text != "-" { return text }
        // What is longer than any text may be is refused all the same.
        let bytes = try await operated.blocking {
            try FileHandle.standardInput.read(upToCount: Limits.statusBytes + 2) ?? Data()
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw OperateError(.failed, "standard input is not UTF-8")
        }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}
