internal import ArgumentParser
internal import Peers
internal import Settings
internal import SwiftProtobuf
internal import World

/// `statuscast-load world import`
struct WorldImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring a world into a running instance.",
        discussion: """
            Accounts and follows go through the store, in parts, like any other change: what a part brought is on the \
            queue and in the store when the next one is sent. An import that was broken off is simply repeated: what \
            is there already is passed over.

            The ids of the accounts and the key of their access tokens are left in the folder that --record names; \
            runs against the instance read them from there. Whoever has the key can post as any of these accounts.

            \(ExitStatus.help)
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var progress: ProgressOptions

    @Argument(help: "The world's folder.")
    var folder: String

    @Option(name: .long, help: "Where ids and the key of the tokens are kept (default: FOLDER/import).")
    var record: String?

    @Option(name: .long, help: "Give only so many accounts an access token, those with the lowest numbers.")
    var tokens: Int?

    @Flag(name: .long, help: "Read a password that all accounts get, as `account add` does; without it there is none.")
    var password = false

    func run() async throws {
        let operated = try OperatedData(data)
        let (folder, record) = (self.folder, self.record ?? self.folder + "/import")
        let (world, writer) = try await operated.blocking {
            (try World(folder: folder), try ImportRecordWriter(folder: record))
        }
        let password = password ? try await operated.blocking { try Password.read() } : ""
        let start = ContinuousClock.now
        let imported = try await operated.withPeers { peers in
            let importer = WorldImporter(
                world: world, record: writer, store: try await peers.operatorOfStore(), password: password,
                tokens: min(tokens ?? world.accounts, world.accounts), progress: progress)
            let application = try await importer.needsApplication ? register(peers) : 0
            return try await importer.run(application: application)
        }
        try show(imported, ContinuousClock.now - start)
    }

    /// The tokens belong to an application of their own.
    private func register(_ peers: PeerDirectory) async throws -> UInt64 {
        try await peers.store().registerApplication(
            PeerRegisterApplication.with {
                $0.name = "statuscast-load"
                $0.redirectUris = ["urn:ietf:wg:oauth:2.0:oob"]
                $0.scopes = WorldImporter.scopes
            }
        ).id
    }

    private func show(_ imported: WorldImporter.Imported, _ took: Duration) throws {
        if output.json { return try Terminal.print(json: imported) }
        Terminal.print(
            "made \(imported.accountsMade) of \(imported.accounts) accounts and \(imported.followsMade) of "
                + "\(imported.follows) follows in \(took.components.seconds) s; the others were there")
    }
}
