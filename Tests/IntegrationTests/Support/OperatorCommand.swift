import Foundation

/// One run of the operator's command to its end.
struct OperatorCommand: Sendable {
    let output: String
    let complaints: String
    let exitCode: Int32

    /// The lines of standard output as JSON objects; throws where one is none.
    var objects: [[String: Any]] {
        get throws {
            try output.split(separator: "\n").map { line in
                guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                    throw IntegrationError("no JSON object: \(line)")
                }
                return object
            }
        }
    }

    static func run(_ arguments: [String], data: String, input: String? = nil) async throws -> OperatorCommand {
        try await run(arguments + ["--data", data], input: input)
    }

    static func run(_ arguments: [String], input: String? = nil) async throws -> OperatorCommand {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try Products.path("statuscast"))
        process.arguments = arguments
        let (stdin, output, complaints) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input == nil ? FileHandle.nullDevice as Any : stdin
        process.standardOutput = output
        process.standardError = complaints
        try process.run()
        if let input {
            try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try stdin.fileHandleForWriting.close()
        }
        return await withCheckedContinuation { continuation in
            // Not on the pool: it waits for the process to end.
            Thread.detachNewThread {
                let text = output.fileHandleForReading.readDataToEndOfFile()
                let said = complaints.fileHandleForReading.readDataToEndOfFile()
                process.waitUntilExit()
                continuation.resume(
                    returning: OperatorCommand(
                        output: String(decoding: text, as: UTF8.self),
                        complaints: String(decoding: said, as: UTF8.self), exitCode: process.terminationStatus))
            }
        }
    }

    /// The same, where it must succeed.
    @discardableResult
    static func done(_ arguments: [String], data: String, input: String? = nil) async throws -> OperatorCommand {
        let command = try await run(arguments, data: data, input: input)
        guard command.exitCode == 0 else {
            throw IntegrationError("\(arguments) ended with \(command.exitCode): \(command.complaints)")
        }
        return command
    }
}
