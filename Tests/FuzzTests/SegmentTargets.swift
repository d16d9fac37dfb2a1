import DurableFiles
import FaultyFiles
import SegmentLog
import Synchronization
import Testing

/// The files of a segment log: damage is quarantined or refused by name, every frame that is read is the one that was
/// written, and the log goes on taking frames.
extension FuzzSuite {
    @Test func segments() async throws {
        let written = try Self.writtenLog()
        let paths = written.keys.filter { !$0.hasSuffix("LOCK") }.sorted()
        let corpus = paths.compactMap { written[$0] }.filter { !$0.isEmpty }
        try await Fuzzing.run("segments", corpus: corpus) { input, random in
            let files = FaultyFiles(seed: 1)
            // Where the bytes come from another file they are a file in the wrong place, which is damage as well.
            let hit = paths.randomElement(using: &random) ?? ""
            for path in paths { try Self.put(path == hit ? input : written[path] ?? [], at: path, files) }
            do throws(SegmentLogError) {
                try Self.use(files)
            } catch {
                guard [.corrupt, .unsupportedVersion].contains(error.code) else { throw Wrong("\(hit): \(error)") }
            }
        }
    }

    private static let streams = 1...3 as ClosedRange<UInt64>

    private static func stream(_ number: UInt64) -> LogStream {
        LogStream(partition: UInt16(number), high: number, low: 1)
    }

    private static func frame(_ of: UInt64, _ number: UInt64) -> LogFrame {
        LogFrame(
            stream: stream(of), number: number,
            bytes: (0..<Int(10 + number * 7)).map { UInt8(truncatingIfNeeded: UInt64($0) &* 31 &+ number &* 7 &+ of) })
    }

    private static func log(_ files: FaultyFiles) throws(SegmentLogError) -> SegmentLog {
        var configuration = SegmentLogConfiguration()
        configuration.segmentBytes = 8192
        configuration.growthBytes = 4096
        configuration.batchBytes = 4096
        configuration.copyPieceBytes = 2000
        configuration.dropMarkBytes = 4096
        configuration.recentBytes = 0
        return try SegmentLog(directory: "/log", configuration: configuration, files: files, usesThreads: false)
    }

    private static func writtenLog() throws -> [String: [UInt8]] {
        let files = FaultyFiles(seed: 1)
        let log = try log(files)
        for number in 1...40 as ClosedRange<UInt64> { try append(streams.map { frame($0, number) }, log) }
        log.note(key: [1], value: [2, 3])
        log.drop(stream(1), through: 10)
        log.pump()
        log.close()
        files.killProcess()
        var contents: [String: [UInt8]] = [:]
        for path in files.paths {
            let file = try files.open(path, .readOnly)
            contents[path] = try file.read(at: 0, count: try file.size())
        }
        return contents
    }

    private static func append(_ frames: [LogFrame], _ log: SegmentLog) throws(SegmentLogError) {
        let answer = Mutex<Result<Void, SegmentLogError>?>(nil)
        log.append(frames) { result in answer.withLock { $0 = result } }
        log.pump()
        guard let result = answer.withLock({ $0 }) else { throw SegmentLogError(.invalid, "no answer to an append") }
        try result.get()
    }

    private static func put(_ bytes: [UInt8], at path: String, _ files: FaultyFiles) throws {
        let file = try files.open(path, .create)
        try file.write(bytes, at: 0)
        try file.sync()
        try files.syncDirectory("/log")
    }

    private static func use(_ files: FaultyFiles) throws(SegmentLogError) {
        let log = try log(files)
        defer { log.close() }
        for of in streams {
            var next: UInt64 = 1
            while true {
                let part = try log.read(stream(of), from: next, maxBytes: 3000)
                for case .frame(let read) in part where read != frame(of, read.number) {
                    throw SegmentLogError(.invalid, "frame \(read.number) of \(of) is another")
                }
                switch part.last {
                case .frame(let frame): next = frame.number + 1
                case .quarantined(let number, _): next = number + 1
                case nil: next = 0
                }
                if next == 0 { break }
            }
        }
        try append([LogFrame(stream: stream(99), number: 1, bytes: [1])], log)
    }
}
