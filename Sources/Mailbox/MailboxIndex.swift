internal import Glibc
internal import Synchronization

/// What is known of one mailbox's files. Concurrent looks at one mailbox wait for each other while it is brought up
/// to date.
final class MailboxIndex: Sendable {
    private let files = Mutex<[String: FileIndex]>([:])

    /// The files' indexes, up to date with the directory, ordered by name. Files that are gone are forgotten.
    func refreshed(_ directory: MailboxDirectory) throws(ReadFailure) -> [FileIndex] {
        let sizes = try directory.sizes()
        let result: Result<[FileIndex], ReadFailure> = files.withLock { files in
            do throws(ReadFailure) {
                for name in files.keys where sizes[name] == nil { files[name] = nil }
                for (name, size) in sizes {
                    // Taken out while it changes, so that it is changed in place and not copied.
                    var file = files.removeValue(forKey: name) ?? FileIndex(path: "\(directory.path)/\(name)")
                    if !file.isCurrent(size: size) { try file.extend() }
                    files[name] = file
                }
                return .success(files.sorted { $0.key < $1.key }.map(\.value))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// A mailbox's place on disk: a directory, and which of its files are the mailbox's.
struct MailboxDirectory {
    let path: String
    private let kind: String

    init(root: String, _ location: MailboxLocation) throws(MailboxError) {
        path = "\(root)/\(try location.directory())"
        kind = location.kind + "."
    }

    /// The sizes of the mailbox's files by name; none if there is no such directory.
    func sizes() throws(ReadFailure) -> [String: Int] {
        guard let stream = opendir(path) else {
            if errno == ENOENT { return [:] }
            throw ReadFailure(operation: "opendir", path: path)
        }
        defer { closedir(stream) }
        var sizes: [String: Int] = [:]
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasPrefix(kind), name.hasSuffix(".mbox") else { continue }
            var status = stat()
            guard fstatat(dirfd(stream), name, &status, 0) == 0 else {
                throw ReadFailure(operation: "fstatat", path: "\(path)/\(name)")
            }
            sizes[name] = Int(status.st_size)
        }
        return sizes
    }
}
