import DurableFiles
import FaultyFiles
import Foundation
import Synchronization
import Testing

@testable import SegmentLog

/// Random histories that a crash interrupts anywhere, over and over in the same directory.
@Suite struct CrashTests {
    /// Crashes altogether.
    static var runs: Int { ProcessInfo.processInfo.environment["STATUSCAST_CRASH_RUNS"].flatMap { Int($0) } ?? 2000 }
    static var firstSeed: UInt64 {
        ProcessInfo.processInfo.environment["STATUSCAST_CRASH_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: 0..<1 << 40)
    }

    @Test(arguments: 0..<4) func acknowledgedFramesSurviveCrashesAnywhere(part: Int) throws {
        let seed = CrashTests.firstSeed &+ UInt64(part) << 44
        for run in 0..<max(CrashTests.runs / 4 / CrashHistory.crashes, 1) {
            var history = CrashHistory(seed: seed &+ UInt64(run))
            let wrong = try history.run()
            guard wrong.isEmpty else {
                Issue.record("STATUSCAST_CRASH_SEED=\(seed &+ UInt64(run)) STATUSCAST_CRASH_RUNS=1: \(wrong)")
                return
            }
        }
    }
}

struct CrashHistory {
    static let crashes = 5

    var random: SeededRandom
    let files: FaultyFiles
    let configuration: SegmentLogConfiguration
    var model: LogModel
    let directory = "/log"
    /// In some histories all frames have the same size, so that new ones end exactly where old ones did.
    let frameBytes: Int?
    var hasFailures = false

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        files = FaultyFiles(seed: seed ^ 0xABCD)
        configuration = CrashHistory.configuration(&random)
        model = LogModel(streams: Int.random(in: 1...6, using: &random))
        frameBytes = random.oneIn(3) ? 300 : nil
    }

    static func configuration(_ random: inout SeededRandom) -> SegmentLogConfiguration {
        var configuration = SegmentLogConfiguration()
        configuration.segmentBytes = [4096, 8192, 16384].randomElement(using: &random) ?? 4096
        configuration.growthBytes = [1024, 4096, 16384].randomElement(using: &random) ?? 4096
        configuration.batchBytes = [512, 2048, 8192].randomElement(using: &random) ?? 512
        configuration.copyPieceBytes = [300, 2000].randomElement(using: &random) ?? 300
        configuration.dropMarkBytes = [300, 5000].randomElement(using: &random) ?? 300
        configuration.recentBytes = [0, 2000].randomElement(using: &random) ?? 0
        configuration.cachedPlaces = [4, 1000].randomElement(using: &random) ?? 4
        configuration.spareSegments = Int.random(in: 0...2, using: &random)
        return configuration
    }

    /// Returns what was found wrong.
    mutating func run() throws -> [String] {
        for _ in 0..<CrashHistory.crashes {
            files.stop(after: Int.random(in: 1...(random.oneIn(4) ? 400 : 60), using: &random))
            hasFailures = false
            if let log = try open() {
                if let wrong = try inspect(log), !wrong.isEmpty { return wrong }
                if !random.oneIn(6), let wrong = work(log) { return [wrong] }
            }
            if random.oneIn(4) { files.killProcess() } else { files.losePower() }
        }
        let log = try SegmentLog(directory: directory, configuration: configuration, files: files, usesThreads: false)
        let wrong = try inspect(log) ?? ["the machine stopped although nobody wanted it to"]
        log.close()
        return wrong
    }

    /// nil if the machine stopped while the log was being opened.
    private func open() throws -> SegmentLog? {
        do {
            return try SegmentLog(directory: directory, configuration: configuration, files: files, usesThreads: false)
        } catch {
            guard files.isStopped else { throw error }
            return nil
        }
    }

    /// nil if the machine stopped meanwhile.
    private mutating func inspect(_ log: SegmentLog) throws -> [String]? {
        let before = model
        do {
            let damage = log.recovery.quarantined.map { "reported as damaged: \($0)" }
            let wrong = damage + (try model.check(log))
            guard files.isStopped else { return wrong }
        } catch {
            guard files.isStopped else { throw error }
        }
        model = before
        return nil
    }

    /// Uses the log until the machine stops or the log has failed for good.
    private mutating func work(_ log: SegmentLog) -> String? {
        if random.oneIn(4) { letSomethingFail() }
        while !files.isStopped {
            for _ in 0..<Int.random(in: 1...4, using: &random) { step(log) }
            log.pump()
            model.settle()
            let failures = model.answers.failures.withLock { list in
                defer { list = [] }
                return list
            }
            if failures.contains(where: { $0.code == .failed }) { return nil }
            if !failures.isEmpty {
                guard hasFailures || files.isStopped else { return "failed for no reason: \(failures)" }
                model.continueBehind(log)
            }
            if random.oneIn(60) {
                log.close()
                return nil
            }
        }
        return nil
    }

    private mutating func letSomethingFail() {
        hasFailures = true
        let skip = Int.random(in: 0...20, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: files.fail(.sync, after: skip, .syncFailed)
        case 1: files.fail(.write, after: skip, .full)
        case 2: files.fail(.write, after: skip, .system)
        case 3: files.fail(.zeroFill, after: skip / 8, .full)
        default: files.fail(.rename, after: skip / 8, .system)
        }
    }

    private mutating func step(_ log: SegmentLog) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<6:
            let largest = random.oneIn(10) ? 2000 : 200
            let frames = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                (
                    stream: Int.random(in: 0..<model.streams.count, using: &random),
                    bytes: frameBytes ?? Int.random(in: 0...largest, using: &random)
                )
            }
            model.append(log, frames, &random)
        case 6, 7:
            let stream = Int.random(in: 0..<model.streams.count, using: &random)
            // The first stream is slow, so that its frames have to be copied forward.
            guard model.streams[stream].acknowledged > 0, stream > 0 || random.oneIn(10) else { return }
            let through = UInt64.random(in: 0...model.streams[stream].acknowledged, using: &random)
            model.streams[stream].dropped = max(model.streams[stream].dropped, through)
            log.drop(model.streams[stream].key, through: through)
        case 8:
            let key = [UInt8.random(in: 0..<5, using: &random)]
            model.note(log, key: key, value: random.bytes(Int.random(in: 0...60, using: &random)))
        default:
            if random.oneIn(3) { model.forget(log, key: [UInt8.random(in: 0..<5, using: &random)]) }
        }
    }
}
