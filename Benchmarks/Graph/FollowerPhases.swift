import HashRing
import StatuscastModel
import SocialGraph

/// The follower index of a delivery worker that holds all partitions.
struct FollowerPhases {
    let world: World
    let snapshots: SnapshotPhases?

    func run() throws {
        var index = FollowerIndex(partitions: .default)
        load(&index)
        settle(&index)
        expand(index)
        change(&index)
        guard var again = try snapshots?.run(index, empty: FollowerIndex(partitions: .default), named: "followers")
        else {
            return
        }
        precondition(again.count == index.count && again.edgeBytes <= index.edgeBytes)
        let time = Meter.time { again.settle() }
        report(again, "settle what was loaded", time.cpu, per: again.count, "edge")
    }

    /// Frames of a thousand followers each, in events of about 20,000 edges, as an import makes them.
    private func load(_ index: inout FollowerIndex) {
        var event: UInt64 = 1_795_000_000_000
        var cpu = 0.0
        Meter.forgetPeak()
        for start in stride(from: 0, to: world.accounts, by: 1000) {
            let events = world.events(of: start..<min(start + 1000, world.accounts), firstMilliseconds: &event)
            cpu += Meter.time { index.apply(events) }.cpu
        }
        report(index, "load in bulk", cpu, per: index.count, "edge")
    }

    private func settle(_ index: inout FollowerIndex) {
        Meter.forgetPeak()
        // Everything is more than an hour old.
        index.apply(follow(1, 2, at: 1_795_900_000_000))
        let time = Meter.time { index.settle() }
        report(index, "settle", time.cpu, per: index.count, "edge")
    }

    private func expand(_ index: FollowerIndex) {
        var random = SplitMix(state: 11)
        var buffer: [FollowerIndex.Follower] = []
        var found = 0
        let time = Meter.time {
            for _ in 0..<20_000 {
                let author = World.id(Int(random.next() % UInt64(world.accounts)))
                for partition in index.partitions.all {
                    var from: UInt32? = 0
                    while let start = from {
                        from = index.followers(of: author, in: partition, from: start, limit: 1000, into: &buffer)
                        found += buffer.count
                    }
                }
            }
        }
        report(index, "expand any author", time.cpu, per: found, "edge")
        found = 0
        let rounds = 1 + 20_000_000 / Int(world.followers[world.largest])
        let largest = World.id(world.largest)
        let large = Meter.time {
            for _ in 0..<rounds {
                for partition in index.partitions.all {
                    index.forEachFollower(of: largest, in: partition) { found += $0.count }
                }
            }
        }
        report(index, "expand the largest", large.cpu, per: found, "edge")
    }

    private func change(_ index: inout FollowerIndex) {
        var random = SplitMix(state: 12)
        let changes = 1_000_000
        Meter.forgetPeak()
        let time = Meter.time {
            for step in 0..<changes {
                let (a, b) = (Int(random.next() % UInt64(world.accounts)), Int(random.next() % UInt64(world.accounts)))
                index.apply(follow(a, b, at: 1_796_000_000_000 + UInt64(step)))
            }
        }
        report(index, "change", time.cpu, per: changes, "change")
    }

    private func follow(_ follower: Int, _ followee: Int, at milliseconds: UInt64) -> AccountEvent {
        AccountEvent(
            id: EventID(unixMilliseconds: milliseconds, node: 1, sequence: 1),
            change: .followed(.init(follower: World.id(follower), followee: World.id(followee))))
    }

    private func report(_ index: FollowerIndex, _ phase: String, _ cpu: Double, per count: Int, _ unit: String) {
        let bytes = Double(index.edgeBytes) / Double(index.count)
        print(
            "\(phase): \(cpu.rounded(to: 2)) s CPU, \((cpu * 1e9 / Double(max(count, 1))).rounded(to: 1)) ns/\(unit), ",
            "\(index.count) edges of \(bytes.rounded(to: 2)) bytes, resident \(Meter.residentMebibytes) MiB, ",
            "peak \(Meter.peakMebibytes) MiB", separator: "")
    }
}

extension Double {
    func rounded(to digits: Int) -> Double {
        let scale = power(10, Double(digits))
        return (self * scale).rounded() / scale
    }
}
