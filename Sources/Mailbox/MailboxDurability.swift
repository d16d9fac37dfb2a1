internal import CLinux
internal import DurableFiles
internal import Glibc
internal import Synchronization

/// What has been written since the last sync, and how to make it durable on this filesystem.
final class MailboxDurability: Sendable {
    private let root: MailboxRoot
    private let pending = Mutex(Pending())
    /// Held through a whole sync: who syncs behind another must not return before what the other took is durable.
    private let syncing = Mutex(())
    private let failed = Atomic<Bool>(false)
    /// Nil where one `syncfs` does it all.
    private let threads: FileThreads?

    private struct Pending {
        var isEmpty = true
        /// Kept only where each file is synced by itself. Relative paths, by hash.
        var files: [UInt64: String] = [:]
        var directories: Set<String> = []
    }

    init(root: MailboxRoot, syncsWholeFilesystem: Bool?) {
        self.root = root
        let whole = syncsWholeFilesystem ?? Self.syncsWholeFilesystem(root.path)
        threads = whole ? nil : FileThreads(name: "mailbox-sync", count: 16)
    }

    deinit { threads?.stop() }

    /// Throws `.failed` once a sync has failed.
    func check() throws(MailboxError) {
        if failed.load(ordering: .acquiring) {
            throw MailboxError(.failed, "an earlier sync of the mailboxes failed", path: root.path)
        }
    }

    func wrote(_ path: MailboxPath, syncsName: Bool) {
        pending.withLock { pending in
            pending.isEmpty = false
            guard threads != nil else { return }
            if pending.files[path.hash] == nil { pending.files[path.hash] = path.text }
            if syncsName { pending.directories.formUnion(path.directories + ["."]) }
        }
    }

    func sync() throws(MailboxError) {
        let failure: MailboxError? = syncing.withLock { _ in
            do throws(MailboxError) { try syncWritten() } catch { return error }
            return nil
        }
        if let failure { throw failure }
    }

    private func syncWritten() throws(MailboxError) {
        try check()
        let written = pending.withLock { pending in
            defer { pending = Pending() }
            return pending
        }
        guard !written.isEmpty else { return }
        if let threads {
            let failure = syncEach(Array(written.files.values), written.directories.sorted(), on: threads)
            if let failure { throw fail(failure) }
        } else if statuscast_syncfs(root.descriptor) != 0 {
            throw fail(MailboxError(operation: "syncfs", path: root.path))
        }
    }

    private func fail(_ cause: MailboxError) -> MailboxError {
        failed.store(true, ordering: .releasing)
        return MailboxError(.failed, cause.message, path: cause.path)
    }

    /// Files first: a name that is durable before its content would show an empty file after a crash.
    private func syncEach(_ files: [String], _ directories: [String], on threads: FileThreads) -> MailboxError? {
        for paths in [files, directories] {
            let countdown = Countdown(paths.count)
            let failure = FirstFailure()
            for path in paths {
                threads.submit { [root] in
                    do throws(MailboxError) { try Self.syncOne(path, root) } catch { failure.record(error) }
                    countdown.finishedOne()
                }
            }
            countdown.wait()
            if let error = failure.first { return error }
        }
        return nil
    }

    private static func syncOne(_ path: String, _ root: MailboxRoot) throws(MailboxError) {
        let descriptor = openat(root.descriptor, path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw MailboxError(operation: "openat", path: "\(root.path)/\(path)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw MailboxError(operation: "fsync", path: "\(root.path)/\(path)") }
    }

    /// ext4 and XFS only, by the numbers of statfs(2).
    private static func syncsWholeFilesystem(_ path: String) -> Bool {
        [0xEF53, 0x5846_5342].contains(statuscast_filesystem_type(path))
    }
}

/// Lets one thread wait until a number of others are done.
private final class Countdown: Sendable {
    private let left: Mutex<Int>
    private let wakeups = Wakeups()

    init(_ count: Int) { left = Mutex(count) }

    func finishedOne() {
        if left.withLock({ left in
            left -= 1; return left == 0
        }) {
            wakeups.signalAll()
        }
    }

    func wait() {
        while true {
            let seen = wakeups.count
            if left.withLock({ $0 <= 0 }) { return }
            wakeups.wait(after: seen)
        }
    }
}

private final class FirstFailure: Sendable {
    private let error = Mutex<MailboxError?>(nil)
    var first: MailboxError? { error.withLock { $0 } }
    func record(_ failure: MailboxError) { error.withLock { $0 = $0 ?? failure } }
}
