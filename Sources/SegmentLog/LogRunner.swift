internal import DurableFiles
internal import Synchronization

/// Runs the writer of one log on a thread of its own, from opening to the last act.
final class LogRunner: Sendable {
    private let core: LogCore
    private let writer: Mutex<LogWriter>
    private let lock: any HeldLock
    private let ended = Wakeups()

    init(core: LogCore, writer: sending LogWriter, lock: any HeldLock) {
        self.core = core
        self.writer = Mutex(writer)
        self.lock = lock
    }

    /// Starts the thread, if the log has any, and in the background what opening left to do.
    func start(on segment: WritableSegment) {
        let unfiled = core.index.withLock { index in
            index.sealed.values.filter { $0.indexBytes == 0 }.map(\.identity.sequence).sorted()
        }
        let first = min(core.configuration.growthBytes, segment.capacity)
        core.inBackground { [core] in
            core.attempt { () throws(SegmentLogError) in
                try segment.grow(
                    through: first, step: core.configuration.growthBytes, core.supply, isHousekeeping: false)
            }
            for sequence in unfiled { core.writeIndexFile(of: sequence) }
        }
        guard core.threads != nil else { return }
        startThread(name: "log-writer") { [self] in work() }
    }

    func pump() { writer.withLock { $0.pump() } }

    /// Closes the inbox; the writer ends once it has written what is in it.
    func requestEnd() {
        guard core.inbox.close() else { return }
        if core.threads == nil { finish() }
    }

    func waitForEnd() {
        if ended.count == 0 { ended.wait(after: 0) }
    }

    private func work() {
        while true {
            let calls = core.inbox.calls
            pump()
            if core.inbox.isClosed { return finish() }
            core.inbox.wait(after: calls)
        }
    }

    /// The directory is let go after the last background job.
    private func finish() {
        writer.withLock { $0.finish() }
        core.inBackground { [core, lock, ended] in
            lock.release()
            core.threads?.stop()
            ended.signalAll()
        }
    }
}
