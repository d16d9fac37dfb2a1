public import Instrumentation
public import StatuscastModel

private enum TraceIDKey: ServiceContextKey {
    typealias Value = TraceID
    static let nameOverride: String? = TraceMetadata.key
}

extension ServiceContext {
    /// The trace that the work of this task belongs to.
    public var traceID: TraceID? {
        get { self[TraceIDKey.self] }
        set { self[TraceIDKey.self] = newValue }
    }

    /// Runs `work`, and what it starts, as a part of a trace.
    public static func withTrace<T>(
        _ trace: TraceID, isolation: isolated (any Actor)? = #isolation, _ work: () async -> T
    ) async -> T {
        var context = ServiceContext.current ?? .topLevel
        context.traceID = trace
        return await ServiceContext.withValue(context) { await work() }
    }
}
