import DurableFiles
import FaultyFiles
import Foundation
import Lease
import Testing

/// The files beside a lease: taking it works or says which file is at fault.
extension FuzzSuite {
    @Test func leases() async throws {
        let name = LeaseName(scope: "normal", index: 3)
        let corpus = try Self.files(of: name)
        let paths = corpus.keys.sorted()
        try await Fuzzing.run("leases", corpus: paths.compactMap { corpus[$0] }.filter { !$0.isEmpty }) {
            input, random in
            let scratch = try Scratch()
            let hit = paths.randomElement(using: &random) ?? ""
            for path in paths { try scratch.write(path == hit ? input : corpus[path] ?? [], to: path) }
            if random.oneIn(4) {
                let name = Self.termNames.randomElement(using: &random) ?? ""
                try scratch.write(input, to: "leases/normal/3.terms/\(name)")
            }
            do throws(FileError) {
                let lease = try Lease.acquire(name, in: scratch.path, address: "unix:/x")
                _ = try lease.loadCursor()
                try lease.saveCursor([1, 2, 3])
                lease.close()
            } catch {
                guard error.code == .system, error.path.hasPrefix(scratch.path) else { throw Wrong("\(hit): \(error)") }
            }
        }
    }

    private static let termNames = [
        "\(UInt64.max)", "\(UInt64.max - 64)", "\(UInt64.max - 65)", "2", "007", "-1", "0", "x",
    ]

    /// By paths relative to the shared directory.
    private static func files(of name: LeaseName) throws -> [String: [UInt8]] {
        let scratch = try Scratch()
        for _ in 0..<2 {
            let lease = try Lease.acquire(name, in: scratch.path, address: "unix:/x")
            try lease.saveCursor([1, 2, 3, 4])
            lease.close()
        }
        var files: [String: [UInt8]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: scratch.path) {
            guard let bytes = FileManager.default.contents(atPath: scratch.path + "/" + path) else { continue }
            files[path] = Array(bytes)
        }
        return files
    }
}
