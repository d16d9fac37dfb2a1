internal import HashRing
internal import Peers
internal import Settings
internal import StatuscastModel

/// Has the delivery workers write what they still hold for a mailbox, before it is read.
struct Freshening: Sendable {
    let peers: PeerDirectory
    let operated: OperatedData

    /// Says on standard error what may be missing, where a worker does not answer or is catching up.
    func freshen(_ address: Address) async {
        let lanes: [Lane] = if case .home = address { Lane.all } else { [.normal] }
        let partition = Int(operated.cluster.partitions.partition(of: address).rawValue)
        let behind = await withTaskGroup(of: (Lane, String?).self) { group in
            for lane in lanes { group.addTask { (lane, await lateness(of: address, lane, partition)) } }
            return await group.reduce(into: [Lane: String]()) { $0[$1.0] = $1.1 }
        }
        for lane in lanes {
            guard let reason = behind[lane] else { continue }
            Terminal.complain("\(address) is shown as it lies on disk: lane \(lane) \(reason)")
        }
    }

    /// Nil: everything that the lane holds is written.
    private func lateness(of address: Address, _ lane: Lane, _ partition: Int) async -> String? {
        do throws(PeerError) {
            let holder = try await peers.mailboxHolder(lane: lane.rawValue, partition: partition)
            return try await holder.freshen(address).catchingUp ? "is catching up" : nil
        } catch {
            return "does not answer"
        }
    }
}
