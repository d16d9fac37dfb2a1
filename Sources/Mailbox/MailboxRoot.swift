internal import DurableFiles
internal import Glibc

/// The directory that holds all mailboxes, open, so that every path below it is short and is looked up from there.
final class MailboxRoot: Sendable {
    let path: String
    let descriptor: CInt

    init(path: String) throws(MailboxError) {
        do throws(FileError) {
            try PosixFileSystem().createDirectories(path)
        } catch {
            throw MailboxError(error)
        }
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw MailboxError(operation: "open", path: path) }
        self.path = path
    }

    deinit { close(descriptor) }

    /// Opens a mailbox file at its end, and makes it and its directories if they are not there.
    func openForAppend(_ path: MailboxPath, readable: Bool) throws(MailboxError) -> (file: AppendFile, created: Bool) {
        let mode = (readable ? O_RDWR : O_WRONLY) | O_APPEND | O_CLOEXEC
        // Twice: between a failed exclusive creation and the next opening the file is there.
        for _ in 0..<2 {
            let existing = openat(descriptor, path.bytes, mode)
            if existing >= 0 { return (AppendFile(descriptor: existing, root: self, path: path), false) }
            guard errno == ENOENT else { throw error("openat", path) }
            var created = openat(descriptor, path.bytes, mode | O_CREAT | O_EXCL, 0o600)
            if created < 0 && errno == ENOENT {
                try createDirectories(path)
                created = openat(descriptor, path.bytes, mode | O_CREAT | O_EXCL, 0o600)
            }
            if created >= 0 { return (AppendFile(descriptor: created, root: self, path: path), true) }
            guard errno == EEXIST else { throw error("openat", path) }
        }
        throw error("openat", path)
    }

    private func createDirectories(_ path: MailboxPath) throws(MailboxError) {
        for directory in path.directories where mkdirat(descriptor, directory, 0o700) != 0 && errno != EEXIST {
            throw MailboxError(operation: "mkdirat", path: "\(self.path)/\(directory)")
        }
    }

    /// The current `errno` as an error that names the file.
    func error(_ operation: String, _ path: MailboxPath) -> MailboxError {
        let number = errno
        return MailboxError(operation: operation, path: "\(self.path)/\(path.text)", errno: number)
    }
}
