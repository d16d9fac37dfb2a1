import DurableFiles
import FaultyFiles
import Foundation
import SegmentLog
import Synchronization

/// Small segments, so that a few frames make the log roll, seal, copy forward and reuse files.
func smallSegments(_ change: (inout SegmentLogConfiguration) -> Void = { _ in }) -> SegmentLogConfiguration {
    var configuration = SegmentLogConfiguration()
    configuration.segmentBytes = 8192
    configuration.growthBytes = 4096
    configuration.batchBytes = 4096
    configuration.copyPieceBytes = 2000
    configuration.dropMarkBytes = 4096
    configuration.recentBytes = 0
    change(&configuration)
    return configuration
}

func stream(_ number: UInt64) -> LogStream { LogStream(partition: UInt16(number), high: number, low: 1) }

func frame(_ of: UInt64, _ number: UInt64, bytes count: Int = 100) -> LogFrame {
    let content = (0..<count).map { UInt8(truncatingIfNeeded: UInt64($0) &* 31 &+ number &* 7 &+ of) }
    return LogFrame(stream: stream(of), number: number, bytes: content)
}

/// A log without threads in memory: every call is done when it returns.
struct StillLog {
    let files: FaultyFiles
    let log: SegmentLog
    static let directory = "/log"

    init(_ files: FaultyFiles = FaultyFiles(seed: 1), _ configuration: SegmentLogConfiguration = smallSegments()) throws
    {
        self.files = files
        log = try SegmentLog(
            directory: StillLog.directory, configuration: configuration, files: files, usesThreads: false)
    }

    /// Returns what became of the append.
    @discardableResult
    func append(_ frames: [LogFrame]) -> Result<Void, SegmentLogError>? {
        let answer = Mutex<Result<Void, SegmentLogError>?>(nil)
        log.append(frames) { result in answer.withLock { $0 = result } }
        log.pump()
        return answer.withLock { $0 }
    }

    func drop(_ of: UInt64, through number: UInt64) {
        log.drop(stream(of), through: number)
        log.pump()
    }

    /// Everything of a stream, frames and what stands for lost ones.
    func everything(of number: UInt64) throws -> [SegmentLog.ReadResult] {
        try SegmentLogTests.everything(of: stream(number), in: log)
    }

    var segmentPaths: [String] { files.paths.filter { $0.hasSuffix(".seg") } }
}

func everything(of stream: LogStream, in log: SegmentLog) throws -> [SegmentLog.ReadResult] {
    var all: [SegmentLog.ReadResult] = []
    var next: UInt64 = 1
    while true {
        let part = try log.read(stream, from: next, maxBytes: 3000)
        guard let last = part.last else { return all }
        all += part
        next = last.number + 1
    }
}

extension SegmentLog.ReadResult {
    var number: UInt64 {
        switch self {
        case .frame(let frame): frame.number
        case .quarantined(let number, _): number
        }
    }

    var frame: LogFrame? {
        if case .frame(let frame) = self { frame } else { nil }
    }

    var damage: String? {
        if case .quarantined(_, let text) = self { text } else { nil }
    }
}

extension Result<Void, SegmentLogError>? {
    var code: SegmentLogError.Code? {
        if case .failure(let error) = self { error.code } else { nil }
    }

    var isSuccess: Bool {
        if case .success = self { true } else { false }
    }
}

/// A real directory for the time of `body`.
func withDirectory<T>(_ body: (String) throws -> T) throws -> T {
    let directory = NSTemporaryDirectory() + "statuscast-log-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try body(directory)
}
