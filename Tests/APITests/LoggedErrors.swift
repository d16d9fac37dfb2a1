import Logging
import Synchronization

/// What a logger was told of errors.
final class LoggedErrors: Sendable {
    private let kept = Mutex<[String]>([])

    var texts: [String] { kept.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(errors: self) } }

    private struct Handler: LogHandler {
        let errors: LoggedErrors
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .error

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { errors.kept.withLock { $0.append("\(event.message)") } }
    }
}
