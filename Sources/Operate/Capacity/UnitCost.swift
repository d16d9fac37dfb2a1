/// How sure a figure is.
enum Basis: String, Sendable, Comparable {
    case measured
    case extrapolated
    case assumed

    /// The less sure one is the greater.
    static func < (a: Basis, b: Basis) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .measured: 0
        case .extrapolated: 1
        case .assumed: 2
        }
    }
}

/// What one thing costs, and where the figure is from.
struct UnitCost: Sendable {
    let value: Double
    let basis: Basis

    static func measured(_ value: Double) -> UnitCost { UnitCost(value: value, basis: .measured) }
    static func assumed(_ value: Double) -> UnitCost { UnitCost(value: value, basis: .assumed) }
}

/// The figures that a plan is made from: those of `docs/performance.md`, and what nobody has measured.
struct UnitCosts: Sendable {
    /// Everything that two cores did at 223,000 deliveries a second, the load generator left out, so an upper bound.
    var deliveryMicroseconds = UnitCost.measured(4)
    /// Judge, spread and their queue.
    var statusMicroseconds = UnitCost.measured(145)
    /// The front, for a status that is posted over HTTP.
    var postMicroseconds = UnitCost.assumed(500)
    /// A home page of 20 statuses of a reader at random, whose home has changed and whose rules are not in memory: an upper
    /// bound. From the cache it is 30.
    var pageMicroseconds = UnitCost.measured(700)
    /// What of a core is used at the peak; the rest is for sweeps, recovery and luck.
    var utilization = UnitCost.assumed(0.6)

    /// In memory, in the process of each lane.
    var edgeBytes = UnitCost.measured(2.3)
    /// In the follower index of each lane.
    var indexAccountBytes = UnitCost.assumed(50)
    /// In each process that judges and spreads.
    var directoryAccountBytes = UnitCost.assumed(150)
    /// Caches and buffers for each core that works.
    var coreMemoryBytes = UnitCost.assumed(Double(1 << 30))

    /// A delivery in a mailbox, as it lies on the disk.
    var recordBytes = UnitCost.measured(700)
    /// Blocks that are not full, directories, the journal.
    var fileSystemFactor = UnitCost.assumed(1.3)
    /// A status in the canonical store, with its indexes.
    var storedStatusBytes = UnitCost.assumed(1_400)
    /// An account in the user store and in the topic `accounts`.
    var storedAccountBytes = UnitCost.assumed(700)
    /// A follow in both.
    var storedEdgeBytes = UnitCost.measured(11)

    /// A status in the topics that it goes through, before copies.
    var queuedStatusBytes = UnitCost.assumed(6_000)
    /// What a queue node syncs in a second.
    var nodeBytesPerSecond = UnitCost.assumed(100_000_000)
    /// Statuses that a queue node takes in a second, all topics.
    var nodeStatusesPerSecond = UnitCost.measured(4_300)
}
