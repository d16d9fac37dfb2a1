import DurableFiles
import Mailbox
import Measuring
import Synchronization

/// Sweeps one after the other, as a delivery worker under load does them: a bundle to each of many mailboxes from two
/// threads, then one sync.
final class BackgroundSweeps: Sendable {
    private static let mailboxes = 5_000
    private static let recordsEach = 10

    private let writer: MailboxWriter
    private let threads = FileThreads(name: "sweep", count: 3)
    private let isStopping = Atomic<Bool>(false)
    private let bundle: [ArraySlice<UInt8>]
    private let result = Mutex<Result<Double, any Error>?>(nil)

    init(root: String) throws {
        writer = try MailboxWriter(root: root, lane: "normal")
        bundle = (0..<Self.recordsEach).map { SampleStatus.rendered($0)[...] }
    }

    /// Makes the files, then goes on in the background.
    func start() async throws {
        try await sweep()
        Task {
            let watch = Stopwatch()
            var sweeps = 0
            do {
                while !isStopping.load(ordering: .acquiring) {
                    try await sweep()
                    sweeps += 1
                }
                let records = Double(sweeps * Self.mailboxes * Self.recordsEach)
                result.withLock { $0 = .success(records / watch.seconds) }
            } catch {
                result.withLock { $0 = .failure(error) }
            }
        }
    }

    /// Ends after the sweep that is under way; answers records a second, whole sweeps only.
    func stop() async throws -> Double {
        isStopping.store(true, ordering: .releasing)
        try await waitUntil("the last sweep", withinSeconds: 120) { result.withLock { $0 } != nil }
        threads.stop()
        return try result.withLock { $0 }?.get() ?? 0
    }

    private func sweep() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for half in 0..<2 {
                group.addTask { [self] in
                    try await threads.run { [writer, bundle] () throws(MailboxError) in
                        for number in stride(from: half, to: Self.mailboxes, by: 2) {
                            try writer.append(bundle, to: MailboxPart.location(number), term: 1)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        try await threads.run { [writer] () throws(MailboxError) in try writer.sync() }
    }
}
