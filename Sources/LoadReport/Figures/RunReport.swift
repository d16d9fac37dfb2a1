/// Everything that a run has measured, as `report.json` keeps it. Fields are only added; times count from the start of
/// the run, in seconds.
public struct RunReport: Sendable, Codable {
    public static let currentVersion = 1

    public var version = currentVersion
    /// Unix seconds.
    public var started: Double
    /// As it was typed.
    public var command: [String]
    public var machine: Machine
    public var world: World
    /// How long load was offered.
    public var seconds: Double
    /// Until the last acceptance: after the end of the offer where answers lag behind it. Nil in older reports.
    public var answeredAfterSeconds: Double?
    /// Until everything that was accepted was durable in mailboxes; nil where that was not waited for, or not reached.
    public var clearedAfterSeconds: Double?
    public var actions: [ActionTotals]
    public var visible: [VisibleLane]
    public var load: [LoadSecond]
    public var system: [SystemSample]
    /// What could not be measured, and why.
    public var remarks: [String]

    public init(
        started: Double, command: [String], machine: Machine, world: World, seconds: Double,
        answeredAfterSeconds: Double? = nil, clearedAfterSeconds: Double? = nil, actions: [ActionTotals],
        visible: [VisibleLane], load: [LoadSecond],
        system: [SystemSample], remarks: [String] = []
    ) {
        self.started = started
        self.command = command
        self.machine = machine
        self.world = world
        self.seconds = seconds
        self.answeredAfterSeconds = answeredAfterSeconds
        self.clearedAfterSeconds = clearedAfterSeconds
        self.actions = actions
        self.visible = visible
        self.load = load
        self.system = system
        self.remarks = remarks
    }

    public struct World: Sendable, Hashable, Codable {
        public var accounts: Int
        public var edges: Int
        /// Accounts that the run posts and reads as.
        public var active: Int

        public init(accounts: Int, edges: Int, active: Int) {
            self.accounts = accounts
            self.edges = edges
            self.active = active
        }
    }

    /// One kind of action, over the whole run. Latency counts from when the action was due.
    public struct ActionTotals: Sendable, Hashable, Codable {
        public var name: String
        public var offered = 0
        public var accepted = 0
        public var refused = 0
        /// Failed, or never answered: done or not.
        public var unknown = 0
        /// Due, but not sent before the run was over.
        public var unsent = 0
        public var latency: LatencySummary

        public init(name: String, latency: LatencySummary) {
            self.name = name
            self.latency = latency
        }
    }

    /// From when a status was due until a follower's home showed it, by the lane of its author.
    public struct VisibleLane: Sendable, Hashable, Codable {
        public var lane: String
        public var latency: LatencySummary
        /// Not seen before the run was over.
        public var unseen: Int
        public var samples: [Sample]

        public struct Sample: Sendable, Hashable, Codable {
            public var at: Double
            public var milliseconds: Double

            public init(at: Double, milliseconds: Double) {
                self.at = at
                self.milliseconds = milliseconds
            }
        }

        public init(lane: String, latency: LatencySummary, unseen: Int, samples: [Sample]) {
            self.lane = lane
            self.latency = latency
            self.unseen = unseen
            self.samples = samples
        }
    }

    /// What the generator saw in one second.
    public struct LoadSecond: Sendable, Hashable, Codable {
        public var at: Double
        public var offered = 0
        public var accepted = 0
        public var failed = 0
        /// Due and not sent yet, at its end.
        public var waiting = 0
        public var postP50 = 0.0
        public var postP99 = 0.0
        public var reads = 0
        /// Home pages that said that they are stale.
        public var staleReads = 0
        public var readP50 = 0.0
        public var readP99 = 0.0

        public init(at: Double) { self.at = at }
    }

    /// What the system's processes told at one moment.
    public struct SystemSample: Sendable, Hashable, Codable {
        public var at: Double
        /// Deliveries made durable so far.
        public var synced = 0.0
        /// Deliveries that workers hold in memory.
        public var pending = 0.0
        /// Frames that wait, by topic, for the slowest of its groups.
        public var backlog: [String: Double] = [:]
        /// Age of the oldest thing that waits, by topic, in seconds.
        public var staleness: [String: Double] = [:]
        public var processes: [String: ProcessFigures] = [:]

        public init(at: Double) { self.at = at }
    }
}

/// What the operating system says of one process at one moment.
public struct ProcessFigures: Sendable, Hashable, Codable {
    public var cpuSeconds: Double
    public var memoryBytes: Double
    /// Sent to the disk, as the kernel counts it (`write_bytes` of `/proc/PID/io`).
    public var writtenBytes: Double

    public init(cpuSeconds: Double, memoryBytes: Double, writtenBytes: Double) {
        self.cpuSeconds = cpuSeconds
        self.memoryBytes = memoryBytes
        self.writtenBytes = writtenBytes
    }
}
