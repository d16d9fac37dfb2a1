internal import CoreMetrics
internal import Logging
internal import Traces

/// Starts logs and metrics of a process. Called once, by an executable, before anything else.
public enum Telemetry {
    /// Logs go to standard error, a line each, what is at least as severe as `threshold` says at that time, with the
    /// trace that the logging task works on. Returns the registry whose text `/metrics` answers with.
    public static func bootstrap(threshold: LogThreshold, format: LogFormat) -> PrometheusRegistry {
        let makeHandler: @Sendable (String, Logger.MetadataProvider?) -> any LogHandler = { label, provider in
            let handler: any LogHandler =
                switch format {
                case .text: StreamLogHandler.standardError(label: label, metadataProvider: provider)
                case .json: JSONLogHandler(label: label, metadataProvider: provider)
                }
            return AdjustableLogHandler(handler, threshold: threshold)
        }
        LoggingSystem.bootstrap(makeHandler, metadataProvider: TraceMetadata.provider)
        let registry = PrometheusRegistry()
        MetricsSystem.bootstrap(registry)
        return registry
    }
}
