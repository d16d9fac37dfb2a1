internal import ArgumentParser
internal import DeadLetters
internal import Foundation
internal import Peers
internal import Settings
internal import SwiftProtobuf

/// `statuscast held release`
struct HeldRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Let statuses go out; no hook is asked again.",
        discussion: ExitStatus.help)

    @OptionGroup var decision: HeldDecision

    func run() async throws { try await decision.carryOut(isRelease: true, reason: "") }
}

/// `statuscast held refuse`
struct HeldRefuse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refuse", abstract: "Refuse statuses for good.", discussion: ExitStatus.help)

    @OptionGroup var decision: HeldDecision

    @Option(name: .long, help: "Kept in the store with the status.")
    var reason: String = "refused"

    func run() async throws { try await decision.carryOut(isRelease: false, reason: reason) }
}

/// What is decided about which statuses.
struct HeldDecision: ParsableArguments {
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "Ids of statuses, or names of entries.")
    var statuses: [String]

    /// The decision is on the queue before the entry is settled: after a crash in between it is still listed, and
    /// deciding again changes nothing.
    func carryOut(isRelease: Bool, reason: String) async throws {
        let operated = try OperatedData(data)
        let written = statuses
        let found = try await operated.blocking { try written.map { try HeldBox(operated).find($0) } }
        try await operated.withPeers { peers in
            let store = try await peers.store()
            for held in found {
                let request = PeerHeldDecision.with {
                    $0.item = Data(held.letter.bytes)
                    $0.release = isRelease
                    $0.reason = reason
                }
                try await store.decideHeld(request)
                try await operated.blocking { try HeldBox(operated).settle(held, released: isRelease) }
                let status = held.letter.id.map(String.init) ?? held.entries[0].description
                let outcome = isRelease ? "released" : "refused"
                if output.json {
                    try Terminal.print(json: ["id": status, "outcome": outcome])
                } else {
                    Terminal.print("\(status) \(outcome)")
                }
            }
        }
        try await operated.blocking { try HeldBox(operated).reclaim() }
    }
}
