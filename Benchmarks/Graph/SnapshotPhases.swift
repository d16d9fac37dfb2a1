import DurableFiles
import SocialGraph

/// A snapshot of a look-up: written, and loaded again by a process that has nothing yet.
struct SnapshotPhases {
    let directory: String

    /// The loaded look-up, still to be settled.
    func run<Lookup: AccountLookup>(_ lookup: Lookup, empty: Lookup, named name: String) throws -> Lookup? {
        let snapshots = SnapshotDirectory(sharedDirectory: directory, scope: lookup.snapshotScope)
        Meter.forgetPeak()
        var bytes = 0
        let writing = try Meter.time {
            bytes = try snapshots.write(lookup, cursors: [:], unixMilliseconds: 1)?.bytes ?? 0
        }
        report("write the snapshot of \(name)", writing, bytes)
        Meter.forgetPeak()
        var loaded: LoadedSnapshot<Lookup>?
        let reading = Meter.time { loaded = snapshots.load(empty) { print($0) } }
        report("load the snapshot of \(name)", reading, bytes)
        return loaded?.lookup
    }

    private func report(_ phase: String, _ time: (wall: Double, cpu: Double), _ bytes: Int) {
        print(
            "\(phase): \(time.wall.rounded(to: 2)) s, \(time.cpu.rounded(to: 2)) s CPU, \(bytes >> 20) MiB, ",
            "resident \(Meter.residentMebibytes) MiB, peak \(Meter.peakMebibytes) MiB", separator: "")
    }
}
