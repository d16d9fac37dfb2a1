internal import DurableFiles
internal import Foundation
internal import Synchronization

/// Writes a ledger file. One task or event loop at a time may add; the writing happens on a thread of its own.
///
/// It is the notebook of a measurement: `close` makes it durable, what came shortly before a crash may be missing.
public final class LedgerWriter: Sendable {
    static let magic = Array("SCLEDGER".utf8)
    static let version: UInt32 = 2
    private static let chunkBytes = 256 << 10

    public let path: String
    private let descriptor: Int32
    private let thread = FileThreads(name: "ledger", count: 1)
    private let buffer = Mutex<[UInt8]>([])
    private let failure = Mutex<LedgerError?>(nil)

    /// Makes the file; an older one of that name is an error, because a ledger is evidence.
    public init(path: String) throws(LedgerError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw LedgerError(.file, "the ledger \(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        var header = Self.magic
        for field in [Self.version, UInt32(LedgerRecord.size)] {
            for shift in stride(from: 0, to: 32, by: 8) { header.append(UInt8(truncatingIfNeeded: field >> shift)) }
        }
        buffer.withLock { $0 = header }
    }

    public func add(_ record: LedgerRecord) {
        let full: [UInt8]? = buffer.withLock { buffer in
            record.encode(into: &buffer)
            guard buffer.count >= Self.chunkBytes else { return nil }
            defer {
                buffer = []
                buffer.reserveCapacity(Self.chunkBytes + LedgerRecord.size)
            }
            return buffer
        }
        if let full { thread.submit { [self] in write(full) } }
    }

    /// Everything added is on stable storage on return. Throws what went wrong at any time since the beginning.
    public func close() async throws(LedgerError) {
        let rest = buffer.withLock { buffer in
            defer { buffer = [] }
            return buffer
        }
        await thread.run { [self] in
            write(rest)
            if fdatasync(descriptor) != 0 { fail("cannot be made durable") }
            _ = Foundation.close(descriptor)
        }
        thread.stop()
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    private func write(_ bytes: [UInt8]) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Foundation.write(descriptor, raw.baseAddress.map { $0 + done }, bytes.count - done)
            }
            guard count > 0 else { return fail("cannot be written") }
            done += count
        }
    }

    private func fail(_ what: String) {
        let reason = String(cString: strerror(errno))
        failure.withLock { $0 = $0 ?? LedgerError(.file, "the ledger \(path) \(what): \(reason)") }
    }
}
