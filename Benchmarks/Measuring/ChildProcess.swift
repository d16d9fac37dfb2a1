internal import Foundation

/// A server that a benchmark starts and ends by its process id. What it says goes into a file beside its data.
public final class ChildProcess: Sendable {
    private let process = Process()
    private let output: String
    private let name: String

    /// `output` is the path of the file for what it prints.
    public init(
        _ executable: String, _ arguments: [String], output: String, environment: [String: String] = [:]
    ) throws {
        name = executable
        self.output = output
        guard FileManager.default.createFile(atPath: output, contents: nil),
            let handle = FileHandle(forWritingAtPath: output)
        else { throw BenchmarkError("\(output) cannot be written") }
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    /// Waits until `isReady` answers true; throws with what the process printed if it has ended or takes too long.
    public func waitUntilReady(withinSeconds limit: Double = 30, _ isReady: () async throws -> Bool) async throws {
        let watch = Stopwatch()
        while (try? await isReady()) != true {
            guard process.isRunning, watch.seconds < limit else {
                throw BenchmarkError("\(name) is not ready after \(watch.seconds) s; it said:\n\(said)")
            }
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
    }

    /// Everything that it has printed so far.
    public var said: String {
        FileManager.default.contents(atPath: output).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Asks it to end, waits, and ends it by force where it does not: a child inherits the blocked signals of the
    /// thread that made it, and not every program unblocks them.
    public func stop(patienceSeconds: Double = 20) {
        let watch = Stopwatch()
        if process.isRunning { process.terminate() }
        while process.isRunning, watch.seconds < patienceSeconds { Thread.sleep(forTimeInterval: 0.01) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// Runs a program to its end; answers what it printed, throws if it fails.
    public static func run(
        _ executable: String, _ arguments: [String], output: String, environment: [String: String] = [:]
    ) async throws -> String {
        let child = try ChildProcess(executable, arguments, output: output, environment: environment)
        while child.process.isRunning { try await ContinuousClock().sleep(for: .milliseconds(10)) }
        guard child.process.terminationStatus == 0 else {
            throw BenchmarkError("\(executable) ended with \(child.process.terminationStatus): \(child.said)")
        }
        return child.said
    }
}
