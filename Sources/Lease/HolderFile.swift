internal import DurableFiles
internal import Glibc

/// What a lock file says of its holder, and reading it without the lock.
enum HolderFile {
    static func text(address: String, term: UInt64?) -> SealedText {
        var text = SealedText()
        text["version"] = "1"
        text["address"] = address
        text["term"] = term.map(String.init)
        text.identity = .current
        return text
    }

    /// The holder's fields; nil if there never was one or the last has released the lock.
    ///
    /// A file met half written is read again for a few milliseconds; then it is damaged, which is an error.
    static func read(_ path: String) throws(FileError) -> SealedText? {
        for attempt in 0..<6 {
            // Nobody tells when another machine has finished writing a shared file; a thread of our own looks again.
            if attempt > 0 { usleep(useconds_t(500 << attempt)) }
            let bytes: [UInt8]
            do throws(FileError) {
                bytes = try PosixFileSystem().contents(of: path, limitBytes: 4096)
            } catch {
                if error.code == .notFound { return nil }
                throw error
            }
            if let text = SealedText(String(decoding: bytes, as: UTF8.self)) {
                try requireVersion(text, path)
                return text["released"] == nil ? text : nil
            }
            if bytes.isEmpty && attempt == 2 { return nil }
        }
        throw FileError(code: .system, operation: "read", path: path, detail: "the lock file is damaged")
    }

    static func requireVersion(_ text: SealedText, _ path: String) throws(FileError) {
        guard text["version"] == "1" else {
            throw FileError(
                code: .system, operation: "read", path: path,
                detail: "it is of version \(text["version"] ?? "?"), this release reads version 1")
        }
    }

    /// Says in the lock file that its holder is gone, so that nobody connects to it. A failure only costs others a
    /// refused connection.
    static func markReleased(_ lock: FileLock) {
        guard var text = SealedText(lock.text()) else { return }
        text["released"] = "1"
        do throws(FileError) { try lock.write(text.text) } catch { return }
    }
}
