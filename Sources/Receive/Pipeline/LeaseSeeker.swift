internal import DurableFiles
internal import HashRing
internal import Lease
internal import Logging
internal import Synchronization

/// Tries to lease the partitions of a stage, all that others leave, again and again.
///
/// `seek` is run by one task at a time; the rest may be called from anywhere.
final class LeaseSeeker: Sendable {
    struct Found: Sendable {
        let partition: PartitionIndex
        let lease: Lease
        let remembered: [UInt8]?
    }

    private struct State {
        var missing: Set<PartitionIndex>
        var found: [Found] = []
        var lastWarning: ContinuousClock.Instant?
    }

    private let scope: String
    private let context: StageContext
    private let state: Mutex<State>

    init(scope: String, partitions: [PartitionIndex], context: StageContext) {
        self.scope = scope
        self.context = context
        state = Mutex(State(missing: Set(partitions)))
    }

    /// Tries every missing partition once, all at the same time.
    func seek() async {
        let missing = state.withLock { $0.missing.sorted() }
        await withTaskGroup { group in
            for partition in missing { group.addTask { await self.seek(partition) } }
        }
    }

    /// Goes on trying until the role ends.
    func run() async {
        let interval = context.configuration.leaseRetryMilliseconds
        while !context.stop.isRequested {
            await context.stop.sleep(milliseconds: Int.random(in: interval * 3 / 4...interval * 5 / 4))
            if !context.stop.isRequested { await seek() }
        }
    }

    /// What was leased since the last call; it is the caller's to close.
    func takeFound() -> [Found] {
        state.withLock { state in
            defer { state.found = [] }
            return state.found
        }
    }

    /// A lease was given up: it is tried for again.
    func lost(_ partition: PartitionIndex) { state.withLock { _ = $0.missing.insert(partition) } }

    private func seek(_ partition: PartitionIndex) async {
        let name = LeaseName(scope: scope, index: Int(partition.rawValue))
        do throws(FileError) {
            let (lease, remembered) = try await context.files.acquire(name)
            if case .failure(let error) = remembered {
                context.logger.error(
                    "what the last holder of lease \(name) remembered cannot be read and is forgotten",
                    metadata: ["error": "\(error)"])
            }
            state.withLock { state in
                state.missing.remove(partition)
                state.found.append(
                    Found(partition: partition, lease: lease, remembered: (try? remembered.get()) ?? nil))
            }
        } catch {
            if error.code != .locked { warn(name, error) }
        }
    }

    private func warn(_ name: LeaseName, _ error: FileError) {
        let isDue = state.withLock { state in
            let now = ContinuousClock.now
            if let last = state.lastWarning, now - last < .seconds(5) { return false }
            state.lastWarning = now
            return true
        }
        if isDue { context.logger.warning("lease \(name) cannot be taken", metadata: ["error": "\(error)"]) }
    }
}
