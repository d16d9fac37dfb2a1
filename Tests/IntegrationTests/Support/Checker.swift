import Foundation

/// Runs the checker, which is Python and shares no code with what it checks.
enum Checker {
    /// The report on a whole data directory, or nil while there are faults; they are printed for whoever looks.
    static func verdict(data: String, ledger: String) async throws -> String? {
        do {
            return try await run(
                ["history", "--shared", data + "/shared", "--store", data + "/store", "--ledger", ledger])
        } catch {
            print("not yet: \(error)")
            return nil
        }
    }

    static func run(_ arguments: [String]) async throws -> String {
        let process = Process()
        let words = Products.python.split(separator: " ").map(String.init)
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments =
            Array(words.dropFirst()) + [Products.repository + "/Tests/IntegrationTests/Support/check_mailboxes.py"]
            + arguments
        let output = Pipe()
        let complaints = Pipe()
        process.standardOutput = output
        process.standardError = complaints
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let said = complaints.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw IntegrationError("the checker: \(String(decoding: said, as: UTF8.self))")
        }
        return String(decoding: text, as: UTF8.self)
    }
}
