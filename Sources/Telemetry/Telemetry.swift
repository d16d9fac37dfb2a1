public import Logging
internal import CoreMetrics

/// Starts logs and metrics of a process. Called once, by an executable, before anything else.
public enum Telemetry {
    /// Logs go to standard error, a line each. Returns the registry whose text `/metrics` answers with.
    public static func bootstrap(level: Logger.Level) -> PrometheusRegistry {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        let registry = PrometheusRegistry()
        MetricsSystem.bootstrap(registry)
        return registry
    }
}
