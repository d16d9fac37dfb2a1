internal import HashRing
internal import Lease
internal import Queue

/// The leased partition of a stage, and what of it was handled but not committed, by topic.
struct StageTenure: Sendable {
    let lease: Lease
    private(set) var uncommitted: [String: Cursor] = [:]

    init(lease: Lease) { self.lease = lease }

    var hasUncommitted: Bool { !uncommitted.isEmpty }

    mutating func handled(_ frame: FetchedFrame, of topic: String) {
        uncommitted[topic, default: Cursor()].advance(frame.stream, to: frame.number)
    }
    mutating func committed(_ topic: String) { uncommitted[topic] = nil }

    /// Announces the terms of new leases for all topics and asks where to go on in each, partition by partition at the
    /// same time.
    static func announce(
        _ found: [LeaseSeeker.Found], topics: [String], group: String, queue: any Queue
    ) async -> [(LeaseSeeker.Found, Result<[Cursor], QueueError>)] {
        await withTaskGroup { tasks in
            for lease in found {
                tasks.addTask {
                    do throws(QueueError) {
                        let partition = lease.partition
                        var starts: [Cursor] = []
                        for topic in topics {
                            try await queue.announce(
                                term: lease.lease.term, topic: topic, group: group, partition: partition)
                            let cursors = try await queue.committed(topic, group: group, partitions: [partition])
                            starts.append(cursors[partition] ?? Cursor())
                        }
                        return (lease, Result<[Cursor], QueueError>.success(starts))
                    } catch {
                        return (lease, .failure(error))
                    }
                }
            }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
    }

    /// Commits one topic of tenures, those of one term in one call. Answers for each partition what went wrong, nil for nothing.
    static func commit(
        _ tenures: [PartitionIndex: StageTenure], topic: String, group: String, queue: any Queue
    ) async -> [(PartitionIndex, QueueError?)] {
        var results: [(PartitionIndex, QueueError?)] = []
        for (term, sameTerm) in Dictionary(grouping: tenures, by: { $0.value.lease.term }) {
            let cursors = Dictionary(
                uniqueKeysWithValues: sameTerm.compactMap { entry in
                    entry.value.uncommitted[topic].map { (entry.key, $0) }
                })
            guard !cursors.isEmpty else { continue }
            let failure = await commit(cursors, term, topic, group, queue)
            if failure?.code == .staleTerm, cursors.count > 1 {
                // Some of them: one by one shows which.
                for (partition, cursor) in cursors {
                    results.append((partition, await commit([partition: cursor], term, topic, group, queue)))
                }
            } else {
                results += cursors.keys.map { ($0, failure) }
            }
        }
        return results
    }

    private static func commit(
        _ cursors: [PartitionIndex: Cursor], _ term: UInt64, _ topic: String, _ group: String, _ queue: any Queue
    ) async -> QueueError? {
        do throws(QueueError) {
            try await queue.commit(topic, group: group, term: term, cursors: cursors)
            return nil
        } catch {
            return error
        }
    }
}
