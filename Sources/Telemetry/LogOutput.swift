public import Logging
internal import Synchronization

/// How log lines look.
public enum LogFormat: Sendable {
    /// For people.
    case text
    /// One JSON object a line, for machines.
    case json
}

/// The least severe level that a process logs; it may change while the process runs. Reading it is one atomic load.
public final class LogThreshold: Sendable {
    private static let levels = Logger.Level.allCases
    private let index: Atomic<Int>

    public init(_ level: Logger.Level) { index = Atomic(Self.position(of: level)) }

    public var level: Logger.Level {
        get { Self.levels[index.load(ordering: .relaxed)] }
        set { index.store(Self.position(of: newValue), ordering: .relaxed) }
    }

    private static func position(of level: Logger.Level) -> Int { levels.firstIndex(of: level) ?? 0 }
}

/// Asks the threshold for its level each time, unless a logger was given one of its own.
struct AdjustableLogHandler: LogHandler {
    private let threshold: LogThreshold
    private var inner: any LogHandler
    private var own: Logger.Level?

    init(_ inner: any LogHandler, threshold: LogThreshold) {
        self.threshold = threshold
        self.inner = inner
        // What is let through is decided here.
        self.inner.logLevel = .trace
    }

    var logLevel: Logger.Level {
        get { own ?? threshold.level }
        set { own = newValue }
    }

    var metadata: Logger.Metadata {
        get { inner.metadata }
        set { inner.metadata = newValue }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { inner.metadataProvider }
        set { inner.metadataProvider = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { inner[metadataKey: key] }
        set { inner[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) { inner.log(event: event) }
}
