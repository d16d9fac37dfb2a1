internal import ArgumentParser

/// `statuscast held`
struct HeldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "held", abstract: "Look at statuses that wait for your word, and release or refuse them.",
        discussion: """
            Hooks hold a status that looks like spam or stands on the operator's list. Its author sees it, nobody else \
            does. Released, it goes out with the id and time that it was posted with; refused, it is taken back from \
            its author too. Releasing and refusing need the running server.

            \(ExitStatus.help)
            """,
        subcommands: [HeldList.self, HeldShow.self, HeldRelease.self, HeldRefuse.self])
}
