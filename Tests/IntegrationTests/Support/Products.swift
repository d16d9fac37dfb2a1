import Foundation

/// Where the executables under test lie: beside the test bundle that is running.
enum Products {
    static func path(_ name: String) throws -> String {
        let folder = Bundle.main.executableURL?.deletingLastPathComponent().path ?? "."
        let candidates = [folder, testBundleFolder()].compactMap { $0 }.map { "\($0)/\(name)" }
        guard let path = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw IntegrationError("the executable \(name) was not built; looked at \(candidates)")
        }
        return path
    }

    /// Under `swift test` the main executable may be the toolchain's runner; its arguments name the bundle.
    private static func testBundleFolder() -> String? {
        CommandLine.arguments.lazy.filter { $0.hasSuffix(".xctest") }
            .map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }.first
    }

    /// The repository, from where this file was compiled.
    static var repository: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
    }

    /// The Python of the virtual environment that `make` prepares; the system's where it is absent.
    static var python: String {
        let prepared = ProcessInfo.processInfo.environment["STATUSCAST_TEST_PYTHON"] ?? ""
        return prepared.isEmpty ? "/usr/bin/env python3" : prepared
    }
}

struct IntegrationError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
