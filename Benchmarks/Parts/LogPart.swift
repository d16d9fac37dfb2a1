import Measuring
import SegmentLog

/// Appends to a segment log, alone and while mailboxes are swept on the same filesystem.
struct LogPart {
    let directory: String
    let seconds: Double
    private let frameBytes = 400

    var trials: [Trial] {
        [1, 16, 256, 4096].map { alone($0) } + [1, 256].map { besideSweeps($0) }
    }

    private func alone(_ appenders: Int) -> Trial {
        Trial(
            [
                .init("log: append, \(appenders) appenders", "frames/s"),
                .init("log: append, \(appenders) appenders, p99", "ms"),
            ], recordBytes: frameBytes, note: "fdatasync before each acknowledgement, group commit"
        ) {
            try await ScratchDirectory.with(in: directory) { path in try await append(appenders, in: path) }
        }
    }

    private func besideSweeps(_ appenders: Int) -> Trial {
        Trial(
            [
                .init("log: append, \(appenders) appenders, during sweeps", "frames/s"),
                .init("log: append, \(appenders) appenders, during sweeps, p99", "ms"),
                .init("mailbox: sweeps beside \(appenders) appenders", "records/s"),
            ], recordBytes: frameBytes, note: "sweeps of 5,000 mailboxes, 10 records each, by two threads, syncfs"
        ) {
            try await ScratchDirectory.with(in: directory) { path in
                let sweeps = try BackgroundSweeps(root: path + "/mailboxes")
                try await sweeps.start()
                do {
                    let figures = try await append(appenders, in: path)
                    return figures + [try await sweeps.stop()]
                } catch {
                    _ = try? await sweeps.stop()
                    throw error
                }
            }
        }
    }

    /// On files of its own; what was acknowledged is looked up again after closing and recovery.
    private func append(_ appenders: Int, in path: String) async throws -> [Double] {
        let payload = (0..<frameBytes).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let log = try SegmentLog(directory: path + "/log")
        let load = AppendLoad(log, payload: payload, streams: 32)
        let (perSecond, p99) = try await load.run(appenders: appenders, seconds: seconds)
        try load.verify(in: log)
        log.close()
        let again = try SegmentLog(directory: path + "/log")
        try load.verify(in: again)
        again.close()
        return [perSecond, p99]
    }
}
