import HashRing
import SocialGraph
import StatuscastModel

/// The directory of authors of judge and spread.
struct AuthorPhases {
    let world: World
    let snapshots: SnapshotPhases?

    func run() throws {
        var directory = AuthorDirectory(partitions: .default)
        Meter.forgetPeak()
        let before = Meter.residentMebibytes
        let creating = Meter.time {
            for account in 0..<world.accounts { directory.apply(created(account)) }
        }
        report("make authors", creating.cpu, world.accounts, "account", since: before)
        var cpu = 0.0
        var event: UInt64 = 1_795_000_000_000
        for start in stride(from: 0, to: world.accounts, by: 1000) {
            let events = world.events(of: start..<min(start + 1000, world.accounts), firstMilliseconds: &event)
            cpu += Meter.time { directory.apply(events) }.cpu
        }
        let edges = Int(world.mean * Double(world.accounts))
        report("count their followers", cpu, edges, "edge", since: before)
        guard let again = try snapshots?.run(directory, empty: AuthorDirectory(partitions: .default), named: "authors")
        else { return }
        let largest = World.id(world.largest)
        precondition(again[largest] == directory[largest] && again.accountCount == directory.accountCount)
    }

    private func created(_ account: Int) -> AccountEvent {
        let name = "account\(account)"
        return AccountEvent(
            id: EventID(unixMilliseconds: 1_790_000_000_000 + UInt64(account), node: 1, sequence: 0),
            change: .accountChanged(
                Account(id: World.id(account), username: name, displayName: name, createdUnixMilliseconds: 1)))
    }

    private func report(_ phase: String, _ cpu: Double, _ count: Int, _ unit: String, since before: Int) {
        let grown = (Meter.residentMebibytes - before) << 20
        print(
            "\(phase): \(cpu.rounded(to: 2)) s CPU, \((cpu * 1e9 / Double(max(count, 1))).rounded(to: 1)) ns/\(unit), ",
            "\(grown / max(world.accounts, 1)) bytes resident an account, peak \(Meter.peakMebibytes) MiB",
            separator: "")
    }
}
