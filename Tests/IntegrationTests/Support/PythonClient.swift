import Foundation

/// A program under `Tests/Clients`, run with the Python that `make` prepares.
enum PythonClient {
    static func words(_ script: String, _ arguments: [String]) -> [String] {
        Products.python.split(separator: " ").map(String.init)
            + [Products.repository + "/Tests/Clients/\(script)"] + arguments
    }

    /// What it printed, if it ended with 0.
    @discardableResult
    static func succeed(
        _ script: String, _ arguments: [String] = [], environment: [String: String] = [:]
    ) throws -> String {
        // The sources stay as they are in the repository.
        let environment = environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { own, _ in own }
        return try SystemProgram.succeed(words(script, arguments), environment: environment)
    }
}
