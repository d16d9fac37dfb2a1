import Foundation
import Testing

/// A running cluster goes from another build to this one and back, one kind of process at a time, while people post.
/// `make test-upgrade OLD=REF` makes the other build.
@Suite(.timeLimit(.minutes(10)))
struct UpgradeTests {
    static let oldFolder = ProcessInfo.processInfo.environment["STATUSCAST_OLD_BIN"] ?? ""

    /// Readers before writers; docs/operating/upgrade.md says why.
    static let order = ["queue", "store", "deliver", "receive", "api"]

    @Test(.enabled(if: !oldFolder.isEmpty))
    func aClusterRollsFromTheOldReleaseToThisOneAndBack() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/data"
        let cluster = Cluster(data: data)
        try await cluster.start(from: Self.oldFolder)
        let people = try await Person.signUp((0..<8).map { "person\($0)" }, at: await cluster.base)
        let ledger = try await everybodyFollowsEverybody(people)

        let posters = Posters(people: people, ledger: ledger, wanted: .max)
        let posting = (1...3).map { seed in Task { await posters.run(seed: seed) } }
        for kind in Self.order { try await roll(cluster, kind, to: nil, ledger) }
        for kind in Self.order.reversed() { try await roll(cluster, kind, to: Self.oldFolder, ledger) }
        posters.finish()
        for poster in posting { await poster.value }

        let file = directory.path + "/ledger.json"
        try ledger.write(to: file)
        let report = try await eventually("mailboxes agree with the ledger", within: .seconds(90), every: .seconds(2)) {
            try await Checker.verdict(data: data, ledger: file)
        }
        print("upgrade test: \(report)")
        try await cluster.stop()
        #expect(try await Checker.verdict(data: data, ledger: file) != nil)
    }

    /// Rolls one kind and sees that it runs from the other folder and that statuses still flow.
    private func roll(_ cluster: Cluster, _ kind: String, to folder: String?, _ ledger: Ledger) async throws {
        try await cluster.roll(kind, to: folder)
        let this = URL(fileURLWithPath: try Products.path("statuscast")).deletingLastPathComponent()
        let wanted = URL(fileURLWithPath: folder ?? this.path).resolvingSymlinksInPath().path
        for key in await cluster.keys(of: kind) { #expect(try await cluster.folder(of: key) == wanted) }
        let before = ledger.acknowledgedCount
        try await eventually("statuses are taken after \(kind) has been rolled") {
            ledger.acknowledgedCount >= before + 50 ? true : nil
        }
    }

    private func everybodyFollowsEverybody(_ people: [Person]) async throws -> Ledger {
        let ledger = Ledger()
        for person in people {
            ledger.join(person.id)
            for other in people where other.id != person.id {
                try await person.follow(other)
                ledger.follow(person.id, other.id)
            }
        }
        return ledger
    }
}
