internal import ArgumentParser
internal import StatuscastModel

/// A lane, and which of several processes of it on this machine: `normal`, `normal-2`. One word for both, because a
/// service manager's template has one (`statuscast-deliver@normal-2`).
struct LanePlace: ExpressibleByArgument {
    let lane: Lane
    /// What stands behind the dash; empty for the only process.
    let instance: String

    init?(argument: String) {
        let parts = argument.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, let lane = Lane.all.first(where: { $0.rawValue == name }) else { return nil }
        self.lane = lane
        instance = parts.count == 2 ? parts[1] : ""
        // It becomes part of a socket's name.
        let plain = instance.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
        guard parts.count == 1 || (plain && (1...16).contains(instance.utf8.count)) else { return nil }
    }
}
