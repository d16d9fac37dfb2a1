/// What an operator expects of an instance.
struct Expectation: Sendable {
    var accounts: Double
    /// Mailboxes that a status goes to, on average over statuses.
    var fanOut: Double
    var postsPerAccountAndDay = 0.3
    var pagesPerAccountAndDay = 20.0
    /// The busiest second beside the mean of the day.
    var peakFactor = 3.0
    var retentionDays = 365.0
    var queueCopies = 3.0
    var lanes = 3.0
}

/// One line of a plan.
struct PlanLine: Sendable, Encodable {
    let what: String
    let value: Double
    let unit: String
    /// The least sure of what it is made from.
    let basis: String

    init(_ what: String, _ value: Double, _ unit: String, _ basis: Basis) {
        self.what = what
        self.value = value
        self.unit = unit
        self.basis = basis.rawValue
    }
}

/// Cores, memory, disk and queue nodes for an expectation; the formula is in `docs/capacity.md`.
struct CapacityPlan: Sendable {
    /// Accounts beyond which nobody has run it: a plan for more is extrapolated at best.
    static let measuredAccounts = 1_000_000.0

    let expectation: Expectation
    let costs: UnitCosts

    private var meanStatuses: Double { expectation.accounts * expectation.postsPerAccountAndDay / 86_400 }
    var peakStatuses: Double { meanStatuses * expectation.peakFactor }
    var peakDeliveries: Double { peakStatuses * expectation.fanOut }
    var peakPages: Double {
        expectation.accounts * expectation.pagesPerAccountAndDay / 86_400 * expectation.peakFactor
    }
    /// At most: who posts much is followed by many, so the fan-out lies above the mean number of followers.
    var edges: Double { expectation.accounts * expectation.fanOut }

    var deliveryCores: Double { peakDeliveries * costs.deliveryMicroseconds.value / 1e6 / costs.utilization.value }
    var statusCores: Double {
        peakStatuses * (costs.statusMicroseconds.value + costs.postMicroseconds.value) / 1e6 / costs.utilization.value
    }
    var pageCores: Double { peakPages * costs.pageMicroseconds.value / 1e6 / costs.utilization.value }
    var cores: Double { deliveryCores + statusCores + pageCores }

    var memoryBytes: Double {
        expectation.lanes * (edges * costs.edgeBytes.value + expectation.accounts * costs.indexAccountBytes.value)
            + expectation.accounts * costs.directoryAccountBytes.value + cores * costs.coreMemoryBytes.value
    }

    var mailboxBytesPerDay: Double {
        meanStatuses * 86_400 * expectation.fanOut * costs.recordBytes.value * costs.fileSystemFactor.value
    }
    var storeBytes: Double {
        meanStatuses * 86_400 * expectation.retentionDays * costs.storedStatusBytes.value
            + expectation.accounts * costs.storedAccountBytes.value + edges * costs.storedEdgeBytes.value
    }
    var diskBytes: Double { mailboxBytesPerDay * expectation.retentionDays + storeBytes }

    var queueNodes: Double {
        let statuses = peakStatuses * expectation.queueCopies
        let bySyncs = statuses / costs.nodeStatusesPerSecond.value
        let byBytes = statuses * costs.queuedStatusBytes.value / costs.nodeBytesPerSecond.value
        return max(expectation.queueCopies, max(bySyncs, byBytes).rounded(.up))
    }

    var lines: [PlanLine] {
        let cpu = [
            costs.deliveryMicroseconds, costs.statusMicroseconds, costs.postMicroseconds, costs.pageMicroseconds,
        ]
        let memory = [costs.edgeBytes, costs.indexAccountBytes, costs.directoryAccountBytes, costs.coreMemoryBytes]
        let records = [costs.recordBytes, costs.fileSystemFactor]
        let stored = [costs.storedStatusBytes, costs.storedAccountBytes, costs.storedEdgeBytes]
        let nodes = [costs.nodeStatusesPerSecond, costs.queuedStatusBytes, costs.nodeBytesPerSecond]
        return [
            PlanLine("statuses at the peak", peakStatuses, "/s", .assumed),
            PlanLine("deliveries at the peak", peakDeliveries, "/s", .assumed),
            PlanLine("home pages at the peak", peakPages, "/s", .assumed),
            PlanLine("cores for deliveries", deliveryCores, "", basis([costs.deliveryMicroseconds])),
            PlanLine("cores for statuses", statusCores, "", basis([costs.statusMicroseconds, costs.postMicroseconds])),
            PlanLine("cores for pages", pageCores, "", basis([costs.pageMicroseconds])),
            PlanLine("cores", cores, "", basis(cpu)),
            PlanLine("memory", memoryBytes / 1e9, "GB", basis(memory)),
            PlanLine("mailboxes, a day", mailboxBytesPerDay / 1e9, "GB", basis(records)),
            PlanLine("disk", diskBytes / 1e12, "TB", basis(records + stored)),
            PlanLine("queue nodes", queueNodes, "", basis(nodes)),
        ]
    }

    /// The least sure of its parts; beyond what was run nothing is measured.
    private func basis(_ costs: [UnitCost]) -> Basis {
        let scale: Basis = expectation.accounts > Self.measuredAccounts ? .extrapolated : .measured
        return max(scale, costs.map(\.basis).max() ?? .assumed)
    }
}
