internal import ArgumentParser
internal import Load

/// How much is done, and when.
struct RateOptions: ParsableArguments {
    @Option(name: .long, help: "Statuses a second, replies among them.")
    var rate: Amount = Amount(100)

    @Option(name: .long, help: "The rate at the end: it changes steadily from --rate to this. (default: --rate)")
    var toRate: Amount?

    @Option(name: .long, help: "How long load is offered.")
    var seconds: Int = 60

    @Option(name: .long, help: "Bursts, evenly spread: 10 s each at 25 times the rate.")
    var bursts: Int = 0

    @Option(name: .long, help: "The share of statuses that answer another one, 0 to 1.")
    var replies: Amount = Amount(0.2)

    @Option(
        name: .long, help: "Reblogs for each status, of statuses of this run that are older than 3 s. Always over HTTP."
    )
    var reblogs: Amount = Amount(0.1)

    @Option(name: .long, help: "Deletes for each status.")
    var deletes: Amount = Amount(0.02)

    @Option(name: .long, help: "Follows for each status.")
    var follows: Amount = Amount(0.05)

    @Option(name: .long, help: "Unfollows for each status, of what this run has followed.")
    var unfollows: Amount = Amount(0.02)

    @Option(name: .long, help: "Home pages for each status.")
    var reads: Amount = Amount(5)

    @Option(name: .long, help: "Statuses a second that are followed until a reader sees them.")
    var probes: Amount = Amount(2)

    @Option(name: .long, help: "Connections over which all this goes.")
    var connections: Int = 64

    @Option(name: .long, help: "The same seed draws the same arrivals, authors and texts.")
    var seed: UInt64 = 1

    func validate() throws {
        guard replies.value <= 1 else { throw ValidationError("--replies is a share, 0 to 1") }
        guard (1...86_400).contains(seconds) else { throw ValidationError("--seconds must be 1 to 86400") }
        guard (1...10_000).contains(connections) else { throw ValidationError("--connections must be 1 to 10000") }
        guard bursts >= 0, Double(bursts) * 10 <= Double(seconds) else {
            throw ValidationError("--bursts \(bursts) of 10 s do not fit into \(seconds) s")
        }
    }

    func plan(_ server: ServerAddress) -> LoadPlan {
        var profile = RateProfile(from: rate.value, to: toRate?.value ?? rate.value, seconds: Double(seconds))
        profile.bursts = bursts
        var plan = LoadPlan(profile: profile, server: server, seed: seed)
        plan.mix.replies = replies.value
        plan.mix.reblogs = reblogs.value
        plan.mix.deletes = deletes.value
        plan.mix.follows = follows.value
        plan.mix.unfollows = unfollows.value
        plan.mix.reads = reads.value
        plan.probesPerSecond = probes.value
        plan.connections = connections
        return plan
    }
}
