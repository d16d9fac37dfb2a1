public import ArgumentParser

/// Flags of a command line that set settings. What they say is checked with everything else, so that all faults are
/// told together; the parser knows only their names.
public protocol SettingFlags {
    var given: [GivenFlag] { get }
}

/// The flag of a key, if it was given.
func flag<Value>(_ key: Key<Value>, _ text: String?) -> [GivenFlag] {
    guard let text else { return [] }
    return [GivenFlag(name: key.name, text: text, flag: key.setting.flag ?? "--set")]
}

/// What every process and every command is told.
public struct DataOptions: ParsableArguments, SettingFlags {
    @Option(name: .long, help: "Configuration file (YAML); an example: statuscast config example.")
    public var config: String?

    @Option(name: .long, help: "Directory for all data; its parent must exist. (default: ./data)")
    public var data: String?

    @Option(
        name: .long,
        help: "Least severe messages to log: trace, debug, info, notice, warning, error, critical. (default: info)")
    public var logLevel: String?

    @Option(name: .long, help: "Logs as text or json. (default: text)")
    public var logFormat: String?

    @Option(name: .long, help: "KEY=VALUE: any setting, also those without a flag of their own. May be repeated.")
    public var set: [String] = []

    public init() {}

    public func validate() throws {
        for pair in set where !pair.contains("=") {
            throw ValidationError("--set \"\(pair)\" is not KEY=VALUE, for example log.level=debug")
        }
    }

    public var given: [GivenFlag] {
        flag(Keys.data, data) + flag(Keys.logLevel, logLevel) + flag(Keys.logFormat, logFormat)
            + set.map { pair in
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return GivenFlag(name: String(parts[0]), text: String(parts.last ?? ""), flag: "--set \(parts[0])")
            }
    }
}

/// Where a process's operator reaches it.
public struct MetricsOptions: ParsableArguments, SettingFlags {
    @Option(
        name: .long,
        help: """
            HOST:PORT for /metrics, /health/live and /health/ready, or off. Port 0 takes a free one, which \
            DATA/run/metrics names. (default: 127.0.0.1:0)
            """)
    public var metricsListen: String?

    public init() {}

    public var given: [GivenFlag] { flag(Keys.metricsListen, metricsListen) }
}

/// Which of several processes of a kind this one is.
public struct InstanceOptions: ParsableArguments, SettingFlags {
    @Option(name: .long, help: "Distinguishes several processes of this kind on one data directory.")
    public var instance: String?

    public init() {}

    public var given: [GivenFlag] { flag(Keys.instance, instance) }
}

/// Where the queue nodes of a cluster are; for processes that are not queue nodes themselves.
public struct QueueOptions: ParsableArguments, SettingFlags {
    @Option(
        name: .long,
        help: """
            Queue nodes, comma separated: NAME, for one on this machine (its socket is in the data directory), or \
            NAME=ADDRESS with unix:PATH or tcp:HOST:PORT. (default: q1)
            """)
    public var queueNodes: String?

    public init() {}

    public var given: [GivenFlag] { flag(Keys.queueNodes, queueNodes) }
}

/// What a queue node is told.
public struct QueueNodeOptions: ParsableArguments, SettingFlags {
    @Option(name: .long, help: "The node's name; its data lies in DATA/queue/NAME. (default: q1)")
    public var name: String?

    @Option(name: .long, help: "unix:PATH or tcp:HOST:PORT; a socket in the data directory by default.")
    public var listen: String?

    public init() {}

    public var given: [GivenFlag] { flag(Keys.queueName, name) + flag(Keys.queueListen, listen) }
}

/// Where a role that others ask listens for them.
public struct PeerOptions: ParsableArguments, SettingFlags {
    @Option(
        name: .long,
        help: """
            unix:PATH or tcp:HOST:PORT on which other processes ask this one; a socket in the data directory by default, \
            which serves one machine. Nobody is authenticated there: only on networks that you trust.
            """)
    public var peerListen: String?

    public init() {}

    public var given: [GivenFlag] { flag(Keys.peerListen, peerListen) }
}

/// Under which name clients know the server.
public struct DomainOptions: ParsableArguments, SettingFlags {
    @Option(
        name: .long,
        help: """
            HOST[:PORT] under which clients know this server; kept in the cluster file once it is set. The address \
            listened on by default.
            """)
    public var domain: String?

    public init() {}

    public var given: [GivenFlag] { flag(Keys.domain, domain) }
}

/// What the front is told.
public struct FrontOptions: ParsableArguments, SettingFlags {
    @Option(name: .long, help: "HOST:PORT to serve HTTP on; port 0 takes a free one. (default: localhost:3000)")
    public var listen: String?

    @Option(name: .long, help: "on or off: limits on requests by account and address. (default: on)")
    public var rateLimits: String?

    public init() {}

    public var given: [GivenFlag] { flag(Keys.frontListen, listen) + flag(Keys.frontRateLimits, rateLimits) }
}

/// What a delivery worker is told.
public struct LaneOptions: ParsableArguments, SettingFlags {
    @Option(
        name: .long,
        help: """
            priority, normal or bulk; or LANE-INSTANCE, for several processes of a lane, because a service manager's \
            template has one word.
            """)
    public var lane: String?

    public init() {}

    public var given: [GivenFlag] {
        guard let lane, let dash = lane.firstIndex(of: "-") else { return flag(Keys.deliverLane, lane) }
        return flag(Keys.deliverLane, String(lane[..<dash]))
            + [GivenFlag(name: Keys.instance.name, text: String(lane[lane.index(after: dash)...]), flag: "--lane")]
    }
}
