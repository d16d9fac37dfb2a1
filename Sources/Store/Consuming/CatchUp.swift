internal import HashRing
internal import Queue
internal import StatuscastModel
internal import Synchronization

/// Whether the user store holds everything that the topic `accounts` held when it was last unsure of that. Only then
/// may a change be judged, and only then does "unknown" mean unknown.
final class CatchUp: Sendable {
    private struct State {
        var isDone = false
        /// Counts the times that certainty was lost: an end that was read before does not restore it.
        var doubts = 0
        /// Where the topic ended when we looked.
        var ends: [PartitionIndex: Cursor]?
    }

    private let state = Mutex(State())

    var isDone: Bool { state.withLock { $0.isDone } }

    /// Something may lie in the topic that the store does not hold.
    func doubt() {
        state.withLock { state in
            state.isDone = false
            state.doubts += 1
            state.ends = nil
        }
    }

    /// Called between batches with what the store has come to.
    func check(
        _ cursors: [PartitionIndex: Cursor], _ queue: any Queue, partitions: [PartitionIndex]
    ) async throws(QueueError) {
        let (isDone, doubts, known) = state.withLock { ($0.isDone, $0.doubts, $0.ends) }
        if isDone { return }
        let ends: [PartitionIndex: Cursor]
        if let known { ends = known } else { ends = try await queue.ends(of: Topics.accounts, partitions: partitions) }
        let hasReached = ends.allSatisfy { (cursors[$0.key] ?? Cursor()).reaches($0.value) }
        state.withLock { state in
            guard state.doubts == doubts else { return }
            state.ends = ends
            state.isDone = hasReached
        }
    }
}
