internal import DurableFiles
internal import Glibc
internal import Synchronization

/// Wakes a thread that otherwise wakes by itself after some time.
final class ThreadBell: Sendable {
    private let readEnd: CInt
    private let writeEnd: CInt
    private let isStopped = Atomic<Bool>(false)

    init() throws(FileError) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw FileError(operation: "pipe", path: "") }
        readEnd = ends[0]
        writeEnd = ends[1]
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Never blocks; any number of rings before the thread wakes are one.
    func ring() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    func stop() {
        isStopped.store(true, ordering: .releasing)
        ring()
    }

    /// Returns after a ring or when the time is over; false once it was stopped.
    func wait(milliseconds: Int) -> Bool {
        var request = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        _ = poll(&request, 1, CInt(milliseconds))
        var bytes: (UInt64, UInt64) = (0, 0)
        _ = withUnsafeMutableBytes(of: &bytes) { read(readEnd, $0.baseAddress, $0.count) }
        return !isStopped.load(ordering: .acquiring)
    }
}
