internal import Queue

/// One topic of a stage and its subscription.
struct StageSource: Sendable {
    typealias Batch = (topic: String, frames: [FetchedFrame])

    let topic: String
    let subscription: any QueueSubscription

    /// What the topics behind the first get of a batch: who comes through the first waits for no more than this.
    private static let laterShare = 4

    /// The next frames, the first topic's first, up to `maxBytes` of it and a quarter of that of each other one; none
    /// when the time has passed. Waits for all topics at the same time.
    static func next(
        of sources: [StageSource], maxBytes: Int, waitMilliseconds: Int
    ) async throws(QueueError) -> [Batch] {
        if sources.count == 1 {
            let only = sources[0]
            return [
                (only.topic, try await only.subscription.next(maxBytes: maxBytes, waitMilliseconds: waitMilliseconds))
            ]
        }
        let ready = try await all(sources, maxBytes: maxBytes, waitMilliseconds: 0)
        return ready.isEmpty ? try await first(sources, maxBytes: maxBytes, waitMilliseconds: waitMilliseconds) : ready
    }

    private static func all(
        _ sources: [StageSource], maxBytes: Int, waitMilliseconds: Int
    ) async throws(QueueError) -> [Batch] {
        var batches: [Batch] = []
        for (place, source) in sources.enumerated() {
            do throws(QueueError) {
                let frames = try await source.subscription.next(
                    maxBytes: share(place, of: maxBytes), waitMilliseconds: waitMilliseconds)
                if !frames.isEmpty { batches.append((source.topic, frames)) }
            } catch {
                // What was taken before does not come again: dropped here, a later commit would pass it. Whatever it is
                // shows again.
                guard !batches.isEmpty else { throw error }
                return batches
            }
        }
        return batches
    }

    /// Until one topic has something; the others bring what they have by then, so that nothing taken is dropped.
    private static func first(
        _ sources: [StageSource], maxBytes: Int, waitMilliseconds: Int
    ) async throws(QueueError) -> [Batch] {
        typealias Outcome = (place: Int, result: Result<[FetchedFrame], QueueError>)
        let outcomes = await withTaskGroup(of: Outcome.self) { group in
            for (place, source) in sources.enumerated() {
                group.addTask {
                    do throws(QueueError) {
                        let frames = try await source.subscription.next(
                            maxBytes: share(place, of: maxBytes), waitMilliseconds: waitMilliseconds)
                        return (place, .success(frames))
                    } catch {
                        return (place, .failure(error))
                    }
                }
            }
            var outcomes: [Outcome] = []
            for await outcome in group {
                outcomes.append(outcome)
                group.cancelAll()
            }
            return outcomes.sorted { $0.place < $1.place }
        }
        let batches: [Batch] = outcomes.compactMap { outcome in
            guard case .success(let frames) = outcome.result, !frames.isEmpty else { return nil }
            return (sources[outcome.place].topic, frames)
        }
        if batches.isEmpty { for outcome in outcomes { _ = try outcome.result.get() } }
        return batches
    }

    private static func share(_ place: Int, of maxBytes: Int) -> Int {
        place == 0 ? maxBytes : max(1, maxBytes / laterShare)
    }
}
