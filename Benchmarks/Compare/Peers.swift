import Foundation
import Measuring

/// The programs that Statuscast is compared with: unpacked below a directory, or installed on the machine.
struct Peers: Sendable {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    let directory: String

    /// What the unpacked programs need to find their libraries.
    var environment: [String: String] {
        [
            "LD_LIBRARY_PATH": ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"].map { directory + $0 }
                .joined(separator: ":")
        ]
    }

    /// The path of a program; where there is none, the reason that `scripts/fetch-peers.sh` noted.
    func program(_ name: String) -> Result<String, Missing> {
        let places = [directory + "/usr/bin/", directory + "/usr/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/"]
        if let place = places.first(where: { FileManager.default.isExecutableFile(atPath: $0 + name) }) {
            return .success(place + name)
        }
        let reason = FileManager.default.contents(atPath: "\(directory)/\(name).reason").map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        return .failure(Missing(description: "\(name): \(reason ?? "not installed, and not in \(directory)")"))
    }

    /// Both, or the reason why the first that is missing is.
    func programs(_ first: String, _ second: String) -> Result<String, Missing> {
        program(first).flatMap { path in program(second).map { _ in path } }
    }

    func path(_ name: String) throws -> String { try program(name).get() }
}
