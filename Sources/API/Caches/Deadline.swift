internal import Peers
internal import Synchronization

/// Runs `body` and gives up on it after so long with `.unavailable`; `body` is cancelled then, and not waited for: it
/// may be stuck in something that does not heed cancellation. The same holds where the caller is cancelled.
func within<T: Sendable>(
    milliseconds: Int, _ body: @escaping @Sendable () async throws(PeerError) -> T
) async throws(PeerError) -> T {
    let race = Race<Result<T, PeerError>>()
    let work = Task {
        do throws(PeerError) {
            race.finish(.success(try await body()))
        } catch {
            race.finish(.failure(error))
        }
    }
    let timer = Task {
        guard (try? await Task.sleep(for: .milliseconds(milliseconds))) != nil else { return }
        race.finish(.failure(PeerError(.unavailable, "no answer within \(milliseconds) ms")))
    }
    let result = await withTaskCancellationHandler {
        await race.outcome()
    } onCancel: {
        race.finish(.failure(PeerError(.unavailable, "nobody waits for the answer any more")))
    }
    work.cancel()
    timer.cancel()
    return try result.get()
}

/// One of several comes first, and its outcome counts. Waited for once.
private final class Race<Outcome: Sendable>: Sendable {
    private struct State {
        var outcome: Outcome?
        var waiting: CheckedContinuation<Outcome, Never>?
    }

    private let state = Mutex(State())

    func finish(_ outcome: Outcome) {
        let waiting = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            guard state.outcome == nil else { return nil }
            state.outcome = outcome
            return state.waiting.take()
        }
        waiting?.resume(returning: outcome)
    }

    func outcome() async -> Outcome {
        await withCheckedContinuation { continuation in
            let outcome = state.withLock { state in
                if state.outcome == nil { state.waiting = continuation }
                return state.outcome
            }
            if let outcome { continuation.resume(returning: outcome) }
        }
    }
}
