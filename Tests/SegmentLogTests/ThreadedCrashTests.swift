import FaultyFiles
import SegmentLog
import Synchronization
import Testing

/// The same promises with the real threads: several producers, a consumer that drops, and a machine that stops.
@Suite struct ThreadedCrashTests {
    @Test func acknowledgedFramesSurviveWithThreads() async throws {
        let seed = UInt64.random(in: 0..<1 << 40)
        var random = SeededRandom(seed: seed)
        for run in 0..<25 {
            let label: Comment = "seed \(seed) run \(run)"
            let files = FaultyFiles(seed: seed &+ UInt64(run))
            let log = try SegmentLog(
                directory: "/log", configuration: smallSegments { $0.recentBytes = 2000 }, files: files)
            files.stop(after: Int.random(in: 20...400, using: &random))
            let acknowledged = Acknowledged()
            await withTaskGroup(of: Void.self) { group in
                for producer in 1...4 as ClosedRange<UInt64> {
                    group.addTask {
                        var number: UInt64 = 1
                        while await append(to: log, frame(producer, number)) {
                            acknowledged.note(producer, number)
                            if producer < 4 && number % 5 == 0 {
                                _ = try? log.read(stream(producer), from: number - 3, maxBytes: 500)
                                log.drop(stream(producer), through: number - 2)
                            }
                            number += 1
                        }
                    }
                }
            }
            #expect(files.isStopped, label)
            log.close()
            files.losePower()
            let again = try SegmentLog(directory: "/log", configuration: smallSegments(), files: files)
            #expect(again.recovery.quarantined.isEmpty, label)
            for (producer, last) in acknowledged.all {
                let found = try everythingLive(of: producer, in: again)
                #expect(found.last.map { $0.number >= last } ?? (last < 2), label)
                #expect(found == found.map { frame(producer, $0.number) }, label)
                let first = found.first?.number ?? 1
                #expect(found.map(\.number) == (first..<first + UInt64(found.count)).map { $0 }, label)
                if producer == 4 { #expect(found.first?.number == 1, label) }
            }
            again.close()
        }
    }

    private func everythingLive(of number: UInt64, in log: SegmentLog) throws -> [LogFrame] {
        try everything(of: stream(number), in: log).compactMap(\.frame)
    }

    private func append(to log: SegmentLog, _ frame: LogFrame) async -> Bool {
        let result = await withCheckedContinuation { continuation in
            log.append([frame]) { continuation.resume(returning: $0) }
        }
        return Optional(result).isSuccess
    }
}

/// The highest acknowledged number of each producer.
private final class Acknowledged: Sendable {
    private let numbers = Mutex<[UInt64: UInt64]>([:])

    var all: [UInt64: UInt64] { numbers.withLock { $0 } }

    func note(_ producer: UInt64, _ number: UInt64) {
        numbers.withLock { $0[producer] = number }
    }
}
