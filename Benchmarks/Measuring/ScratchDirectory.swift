internal import Foundation

/// A directory for the files of one run, gone at its end. Beside the program's current directory or where it is told:
/// a temporary directory in memory would say nothing about a disk.
public struct ScratchDirectory: Sendable {
    public let path: String

    public init(in parent: String) throws {
        // From the root, because a socket's address is.
        let parent = URL(fileURLWithPath: parent).standardizedFileURL.path
        path = "\(parent)/run-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    public func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// Runs `body` with a directory of its own inside `parent`.
    public static func with<T>(in parent: String, _ body: (String) async throws -> T) async throws -> T {
        let scratch = try ScratchDirectory(in: parent)
        defer { scratch.remove() }
        return try await body(scratch.path)
    }

    /// Sizes of all files below a directory, together.
    public static func bytes(below path: String) -> Int {
        guard let entries = FileManager.default.enumerator(atPath: path) else { return 0 }
        var sum = 0
        // Not by Foundation's attributes, which look up the owner's name of each file.
        while let name = entries.nextObject() as? String {
            var status = stat()
            guard lstat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            sum += Int(status.st_size)
        }
        return sum
    }
}
