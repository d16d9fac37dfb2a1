internal import Foundation
public import Logging
public import ServiceLifecycle
public import Settings
public import Telemetry
internal import UnixSignals
internal import Wire

/// One process from its first line to its exit code: logs and metrics, the services in their order, signals, and what
/// is said when it cannot start.
public struct ProcessRun: Sendable {
    public let logger: Logger
    public let registry: PrometheusRegistry

    /// Logs, metrics and signals of the process; call it once.
    public init(label: String, options: DataOptions) {
        // A peer that goes away is an error of a write, never the end of the process.
        signal(SIGPIPE, SIG_IGN)
        WireIdentity.bootstrap(release: Release.version)
        registry = Telemetry.bootstrap(level: options.level)
        logger = Logger(label: label)
    }

    /// Runs the services until one fails or SIGTERM or SIGINT comes. They are stopped in reverse order, each after the
    /// one behind it has ended; what is not done by then is cancelled after `drainMilliseconds`.
    public func run(_ services: [any Service], drainMilliseconds: Int = 4_500) async throws {
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .milliseconds(drainMilliseconds)
        try await ServiceGroup(configuration: configuration).run()
    }

    /// Does `body`; where it throws, says why on standard error and ends the process with 1.
    public static func orExit(_ name: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            FileHandle.standardError.write(Data("\(name): \(error)\n".utf8))
            exit(1)
        }
    }
}
