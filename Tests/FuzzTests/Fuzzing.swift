import FaultyFiles
import Foundation
import Testing

/// What is wrong with what a target did with an input.
struct Wrong: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Feeds a target with inputs for some seconds: `STATUSCAST_FUZZ_SECONDS` each, or a few. `STATUSCAST_FUZZ_SEED`
/// repeats a run: the inputs of a target follow from the seed alone.
///
/// Each input lies in a file before the target sees it, so that it survives a trap; the file goes when all went well.
enum Fuzzing {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seconds = environment["STATUSCAST_FUZZ_SECONDS"].flatMap(Double.init) ?? 3
    private static let seed =
        environment["STATUSCAST_FUZZ_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)

    /// `check` throws for whatever a target must not do; its inputs come from `corpus`, mutated. At least `leastInputs`
    /// have to come through, or something hangs.
    static func run(
        _ target: String, corpus: [[UInt8]], leastInputs: Int = 20,
        isolation: isolated (any Actor)? = #isolation,
        _ check: (_ input: [UInt8], _ random: inout SeededRandom) async throws -> Void
    ) async throws {
        var random = SeededRandom(seed: seed)
        let mutator = Mutator(corpus: corpus)
        let kept = try KeptInput(target, seed: seed)
        print("fuzzing \(target): STATUSCAST_FUZZ_SEED=\(seed), the input at hand is in \(kept.path)")
        let end = ContinuousClock.now + .seconds(seconds)
        // A slow machine still gets a few inputs through.
        let latest = end + .seconds(30)
        var count = 0
        while ContinuousClock.now < end || (count < leastInputs && ContinuousClock.now < latest) {
            let input = mutator.next(&random)
            kept.keep(input)
            do {
                try await check(input, &random)
            } catch {
                Issue.record("\(target), seed \(seed), input \(count), kept in \(kept.path): \(error)")
                return
            }
            count += 1
        }
        print("fuzzing \(target): \(count) inputs")
        #expect(count >= leastInputs, "\(target): only \(count) inputs in time")
        kept.remove()
    }
}

/// The file that holds the input at hand.
private final class KeptInput {
    let path: String
    private let descriptor: CInt

    init(_ target: String, seed: UInt64) throws {
        let directory = NSTemporaryDirectory() + "statuscast-fuzz"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        path = "\(directory)/\(target)-\(seed)"
        descriptor = open(path, O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Wrong("\(path) cannot be written") }
    }

    deinit { close(descriptor) }

    func keep(_ input: [UInt8]) {
        _ = input.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        _ = ftruncate(descriptor, input.count)
    }

    func remove() { unlink(path) }
}

/// A directory of its own, removed with the last reference to it. Short enough for the path of a socket.
final class Scratch: Sendable {
    let path: String

    init() throws {
        // In memory where that is possible: syncs to a disk would take most of the time.
        let parent = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : "/tmp"
        path = "\(parent)/fuzz-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], to name: String) throws {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }
}
