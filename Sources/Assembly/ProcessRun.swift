internal import Foundation
public import Logging
public import ServiceLifecycle
public import Settings
public import Telemetry
internal import UnixSignals
internal import Wire

/// One process from its first line to its exit code: settings, logs and metrics, the services in their order, signals,
/// and what is said when it cannot start.
public struct ProcessRun: Sendable {
    public let logger: Logger
    public let registry: PrometheusRegistry
    public let live: LiveSettings
    /// As they were at the start.
    public let settings: EffectiveSettings
    public let directory: DataDirectory
    let parts = OperatorParts()

    /// Settings, logs, metrics and signals of the process, and its data directory, made where it is missing; call it
    /// once. Throws `ConfigurationFaults` with all that is wrong.
    public init(_ kind: ProcessKind, _ data: DataOptions, _ more: [any SettingFlags] = []) throws {
        // A peer that goes away is an error of a write, never the end of the process; and a reload that comes before
        // there is something to reload is nothing.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        WireIdentity.bootstrap(release: Release.version)
        live = try LiveSettings(data.sources(more), process: kind)
        settings = live.current
        let threshold = LogThreshold(settings.logLevel)
        registry = Telemetry.bootstrap(
            threshold: threshold, format: settings[Keys.logFormat] == "json" ? .json : .text)
        live.onReload { threshold.level = $0.logLevel }
        logger = Logger(label: kind == .up ? "statuscast" : kind.executable)
        directory = settings.directory
        try directory.prepare()
        for unknown in live.sources.unknownEnvironmentNames {
            logger.warning("\(unknown.name) in the environment is no setting; did you mean \(unknown.nearest)?")
        }
    }

    /// Runs the services until one fails or SIGTERM or SIGINT comes. They are stopped in reverse order, each after the
    /// one behind it has ended; what is not done by then is cancelled 2.5 s after the time that `shutdown.drain` gives.
    public func run(_ services: [any Service]) async throws {
        let more: [(any Service)?] = [operatorEndpoint(), ReloadOnHangup(live: live, logger: logger)]
        var configuration = ServiceGroupConfiguration(
            services: (services + more.compactMap(\.self)).map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .milliseconds(settings[Keys.drain] + 2_500)
        try await ServiceGroup(configuration: configuration).run()
    }

    /// Does `body`; where it throws, says why on standard error and ends the process: with 2 where the configuration is
    /// faulty, else with 1.
    public static func orExit(_ name: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            FileHandle.standardError.write(Data("\(name): \(error)\n".utf8))
            exit(error is ConfigurationFaults ? 2 : 1)
        }
    }
}

extension EffectiveSettings {
    var logLevel: Logger.Level { Logger.Level(rawValue: self[Keys.logLevel]) ?? .info }
}
