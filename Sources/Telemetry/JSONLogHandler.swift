internal import Foundation
internal import Logging

/// Writes each message as one JSON object in one line: `time` (UTC, ISO 8601 with milliseconds), `level`, `logger`,
/// `message`, and the metadata under `metadata`, all of it as strings.
struct JSONLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let write: @Sendable (String) -> Void

    init(
        label: String, metadataProvider: Logger.MetadataProvider? = LoggingSystem.metadataProvider,
        write: @escaping @Sendable (String) -> Void = { FileHandle.standardError.write(Data($0.utf8)) }
    ) {
        self.label = label
        self.metadataProvider = metadataProvider
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        var line = "{"
        line += "\"time\":\"\(Self.time())\",\"level\":\"\(event.level.rawValue)\","
        line += "\"logger\":\(Self.quoted(label)),\"message\":\(Self.quoted("\(event.message)"))"
        if !all.isEmpty {
            let fields = all.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)):\(Self.quoted("\($0.value)"))" }
            line += ",\"metadata\":{" + fields.joined(separator: ",") + "}"
        }
        write(line + "}\n")
    }

    private static func time() -> String {
        Date.now.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
    }

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case _ where scalar.value < 32:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
