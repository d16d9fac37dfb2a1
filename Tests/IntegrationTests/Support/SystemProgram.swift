import Foundation

/// A program of the system or of the repository, run to its end.
enum SystemProgram {
    struct Result: Sendable {
        let exitCode: Int32
        /// Standard output and standard error, as they came.
        let text: String
    }

    /// Where a program of that name is, or nil; the build folder's promtool counts.
    static func find(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let folders = path.split(separator: ":").map(String.init) + [Products.repository + "/.build/promtool/usr/bin"]
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static func run(
        _ words: [String], environment: [String: String] = [:], folder: String = Products.repository
    ) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Result(exitCode: process.terminationStatus, text: text)
    }

    /// The output, if the program ended with 0.
    @discardableResult
    static func succeed(
        _ words: [String], environment: [String: String] = [:], folder: String = Products.repository
    ) throws -> String {
        let result = try run(words, environment: environment, folder: folder)
        guard result.exitCode == 0 else {
            throw IntegrationError("\(words.joined(separator: " ")) ended with \(result.exitCode): \(result.text)")
        }
        return result.text
    }
}
