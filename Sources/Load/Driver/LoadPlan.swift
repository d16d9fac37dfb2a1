public import LoadReport

/// Who takes part in a run: the accounts that it has tokens of.
public struct LoadCast: Sendable {
    /// Somebody whose status is looked for in the home of somebody who follows. Both by number among the accounts.
    public struct Pair: Sendable, Hashable {
        /// The lane of the author.
        public var lane: String
        public var author: Int
        public var reader: Int

        public init(lane: String, author: Int, reader: Int) {
            self.lane = lane
            self.author = author
            self.reader = reader
        }
    }

    public var ids: [UInt64]
    /// How often each posts beside the others, and is followed anew.
    public var activity: [Double]
    public var tokens: [[UInt8]]
    public var pairs: [Pair]
    /// The whole world, for the report.
    public var world: RunReport.World

    public init(ids: [UInt64], activity: [Double], tokens: [[UInt8]], pairs: [Pair], world: RunReport.World) {
        self.ids = ids
        self.activity = activity
        self.tokens = tokens
        self.pairs = pairs
        self.world = world
    }
}

/// What a run does, all of it decided beforehand.
public struct LoadPlan: Sendable {
    public var profile: RateProfile
    public var mix = ActionMix()
    public var server: ServerAddress
    public var connections = 64
    /// Statuses a second that are followed until a reader sees them, in turn from every lane.
    public var probesPerSecond = 2.0
    /// After the last arrival: how long answers are waited for, and each answer at most.
    public var patienceSeconds = 30.0
    public var seed: UInt64

    public init(profile: RateProfile, server: ServerAddress, seed: UInt64) {
        self.profile = profile
        self.server = server
        self.seed = seed
    }
}
