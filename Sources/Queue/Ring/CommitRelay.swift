internal import HashRing
internal import Synchronization
internal import SystemClock

/// Brings commits to one node. What a node has missed is kept, merged, and brought to it once it is back, so that it
/// can drop its frames even if no further commit ever comes.
final class CommitRelay: Sendable {
    struct Commit: Hashable, Sendable {
        var topic: String
        var group: String
        var term: UInt64
    }

    private struct State {
        var owed: [Commit: [PartitionIndex: Cursor]] = [:]
        var isRetrying = false
    }

    private let node: any QueueNode
    private let tasks = TaskBag()
    private let state = Mutex(State())

    init(node: any QueueNode) { self.node = node }

    /// Throws what the node says. While it is known to be away it is not asked: `.temporary` at once.
    func send(_ commit: Commit, _ cursors: [PartitionIndex: Cursor]) async throws(QueueError) {
        if state.withLock({ $0.isRetrying }) {
            owe(commit, cursors)
            throw QueueError(.temporary, "node \(node.name) is away; it will get the commit when it is back")
        }
        do throws(QueueError) {
            try await node.commit(commit.topic, group: commit.group, term: commit.term, cursors: cursors)
        } catch {
            if Self.isWorthRetrying(error) { owe(commit, cursors) }
            throw error
        }
    }

    func close() async { await tasks.finish() }

    private static func isWorthRetrying(_ error: QueueError) -> Bool {
        error.code != .staleTerm && error.code != .invalid
    }

    private func owe(_ commit: Commit, _ cursors: [PartitionIndex: Cursor]) {
        let starts = state.withLock { state in
            for (partition, cursor) in cursors {
                state.owed[commit, default: [:]][partition, default: Cursor()].merge(cursor)
            }
            defer { state.isRetrying = true }
            return !state.isRetrying
        }
        if starts { tasks.start { [self] in await retry() } }
    }

    private func retry() async {
        var backoff = Backoff()
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(backoff.nextMilliseconds()))
            let next = state.withLock { state in
                if state.owed.isEmpty { state.isRetrying = false }
                return state.owed.first
            }
            guard let next else { return }
            do throws(QueueError) {
                try await node.commit(next.key.topic, group: next.key.group, term: next.key.term, cursors: next.value)
            } catch {
                if Self.isWorthRetrying(error) { continue }
            }
            backoff.reset()
            state.withLock { state in
                // Unless more was added meanwhile: then it goes out once more, whole.
                if state.owed[next.key] == next.value { state.owed[next.key] = nil }
            }
        }
    }
}
