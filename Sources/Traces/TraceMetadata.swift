public import Logging
internal import Instrumentation
public import StatuscastModel

/// Trace ids in log lines.
public enum TraceMetadata {
    public static let key = "trace_id"

    /// Adds the trace of the running task to each of its log lines; asked only for lines that are written.
    public static let provider = Logger.MetadataProvider {
        ServiceContext.current?.traceID.map { [key: "\($0)"] } ?? [:]
    }
}

extension Logger.Metadata {
    /// For work on many statuses in one task: names the trace and the status that a line is about.
    public static func about(
        _ trace: TraceID?, status: some CustomStringConvertible & Sendable, _ more: Logger.Metadata = [:]
    ) -> Logger.Metadata {
        var all = more
        all["status"] = "\(status)"
        if let trace { all[TraceMetadata.key] = "\(trace)" }
        return all
    }
}
