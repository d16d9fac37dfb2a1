internal import CoreMetrics
internal import Logging

/// Starts logs and metrics of a process. Called once, by an executable, before anything else.
public enum Telemetry {
    /// Logs go to standard error, a line each, what is at least as severe as `threshold` says at that time. Returns the
    /// registry whose text `/metrics` answers with.
    public static func bootstrap(threshold: LogThreshold, format: LogFormat) -> PrometheusRegistry {
        LoggingSystem.bootstrap { label in
            let handler: any LogHandler =
                switch format {
                case .text: StreamLogHandler.standardError(label: label)
                case .json: JSONLogHandler(label: label)
                }
            return AdjustableLogHandler(handler, threshold: threshold)
        }
        let registry = PrometheusRegistry()
        MetricsSystem.bootstrap(registry)
        return registry
    }
}
