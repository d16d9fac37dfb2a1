import Foundation
import Synchronization

/// A real process: started, awaited by what it prints, stopped or killed by its id, and never left behind.
final class ChildProcess: Sendable {
    struct Output {
        var standardOutput = ""
        var standardError = ""
        /// Of the two, how many have been read to their end.
        var ended = 0
    }

    let name: String
    private let process: Mutex<Process>
    private let output = Mutex(Output())

    /// `folder` names another build's executables; those of this build otherwise.
    init(
        _ name: String, _ arguments: [String], environment: [String: String] = [:], from folder: String? = nil
    ) throws {
        self.name = name
        let process = Process()
        let path = try folder.map { "\($0)/\(name)" } ?? Products.path(name)
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        self.process = Mutex(process)
        try self.process.withLock { process in
            process.standardOutput = collecting { $0.standardOutput += $1 }
            process.standardError = collecting { $0.standardError += $1 }
            process.standardInput = FileHandle.nullDevice
            try process.run()
        }
    }

    deinit { process.withLock { if $0.isRunning { kill($0.processIdentifier, SIGKILL) } } }

    var standardOutput: String { output.withLock { $0.standardOutput } }
    var standardError: String { output.withLock { $0.standardError } }
    var isRunning: Bool { process.withLock { $0.isRunning } }
    var identifier: Int32 { process.withLock { $0.processIdentifier } }
    /// The exit code once it has ended; the negative signal number if a signal ended it.
    var exitCode: Int32 {
        process.withLock { $0.terminationReason == .uncaughtSignal ? -$0.terminationStatus : $0.terminationStatus }
    }

    /// The first line of standard output that holds `text`.
    func line(containing text: String, within limit: Duration = .seconds(30)) async throws -> String {
        try await eventually("\(name) prints \"\(text)\"", within: limit) {
            if let line = standardOutput.split(separator: "\n").first(where: { $0.contains(text) }) {
                return String(line)
            }
            guard isRunning else {
                throw IntegrationError("\(name) ended with \(exitCode) before it printed \"\(text)\": \(standardError)")
            }
            return nil
        }
    }

    func signal(_ number: Int32) { process.withLock { _ = kill($0.processIdentifier, number) } }

    /// Waits for the end and answers how long that took. What it has printed is there then, unless children of its own
    /// keep the pipes open.
    @discardableResult
    func waitForExit(within limit: Duration = .seconds(10)) async throws -> Duration {
        let start = ContinuousClock.now
        try await eventually("\(name) ends", within: limit) { isRunning ? nil : true }
        let taken = ContinuousClock.now - start
        _ = try? await eventually("its output ends", within: .seconds(2)) {
            output.withLock { $0.ended } == 2 ? true : nil
        }
        return taken
    }

    /// SIGTERM, and waits.
    @discardableResult
    func terminate(within limit: Duration = .seconds(10)) async throws -> Duration {
        signal(SIGTERM)
        return try await waitForExit(within: limit)
    }

    /// SIGKILL, and waits.
    func killNow() async throws {
        signal(SIGKILL)
        try await waitForExit()
    }

    /// Read by a thread: a `readabilityHandler` that ends while others begin has crashed the dispatch library's loop.
    private func collecting(_ add: @escaping @Sendable (inout Output, String) -> Void) -> Pipe {
        let pipe = Pipe()
        let handle = pipe.fileHandleForReading
        Thread.detachNewThread { [weak self] in
            var bytes = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(handle.fileDescriptor, &bytes, bytes.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                let text = String(decoding: bytes.prefix(count), as: UTF8.self)
                self?.output.withLock { add(&$0, text) }
            }
            self?.output.withLock { $0.ended += 1 }
        }
        return pipe
    }
}

/// Asks until there is an answer; throws what was waited for when the time is over.
@discardableResult
func eventually<T: Sendable>(
    _ what: String, within limit: Duration = .seconds(15), every pause: Duration = .milliseconds(20),
    _ ask: () async throws -> T?
) async throws -> T {
    let deadline = ContinuousClock.now + limit
    while true {
        if let answer = try await ask() { return answer }
        guard ContinuousClock.now < deadline else { throw IntegrationError("waited \(limit) in vain: \(what)") }
        try await ContinuousClock().sleep(for: pause)
    }
}
