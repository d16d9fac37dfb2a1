internal import Foundation

/// A run that cannot be read or written.
public struct ReportError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// The folder of a run: `report.json`, `report.html`, and the ledger.
public struct RunFolder: Sendable, Hashable {
    public let path: String

    public init(_ path: String) { self.path = path }

    public var json: String { path + "/report.json" }
    public var page: String { path + "/report.html" }
    public var ledger: String { path + "/ledger.bin" }

    /// Makes the folder. One that holds a run already is left alone and is an error: a run is evidence.
    public func make() throws(ReportError) {
        guard !FileManager.default.fileExists(atPath: ledger), !FileManager.default.fileExists(atPath: json) else {
            throw ReportError("\(path) holds a run already; name another folder with --out")
        }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw ReportError("the folder \(path) cannot be made: \(error.localizedDescription)")
        }
    }

    /// Writes the figures and the page.
    public func write(_ report: RunReport) throws(ReportError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            try encoder.encode(report).write(to: URL(fileURLWithPath: json))
            try Data(ReportPage(report).html.utf8).write(to: URL(fileURLWithPath: page))
        } catch {
            throw ReportError("the report cannot be written to \(path): \(error.localizedDescription)")
        }
    }

    public func read() throws(ReportError) -> RunReport {
        guard let data = FileManager.default.contents(atPath: json) else {
            throw ReportError("\(path) holds no run: \(json) cannot be read")
        }
        struct Versioned: Decodable { var version: Int }
        do {
            let version = try JSONDecoder().decode(Versioned.self, from: data).version
            guard version <= RunReport.currentVersion else {
                throw ReportError("\(json) has version \(version), this release reads \(RunReport.currentVersion)")
            }
            return try JSONDecoder().decode(RunReport.self, from: data)
        } catch let error as ReportError {
            throw error
        } catch {
            throw ReportError("\(json) is damaged: \(error)")
        }
    }
}
