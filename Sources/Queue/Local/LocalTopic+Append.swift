internal import SegmentLog
internal import Synchronization

extension LocalTopic {
    /// Somebody who sent frames again that are already under way.
    struct Confirmation: Sendable {
        var needed: [StreamKey: UInt64]
        var completion: @Sendable (Result<Void, QueueError>) -> Void
    }

    /// Takes the next numbers of streams, confirms those it has, refuses the rest; see `QueueNode.append`.
    func append(_ frames: [NumberedFrame], completion: @escaping @Sendable (Result<Void, QueueError>) -> Void) {
        let time = now()
        let taken: Result<TopicState.Taken, QueueError> = order.withLock { _ in
            let taken: TopicState.Taken
            do throws(QueueError) {
                taken = try state.withLock { state throws(QueueError) in try state.take(frames, now: time) }
            } catch {
                return .failure(error)
            }
            if !taken.new.isEmpty { write(taken, time: time, completion) }
            return .success(taken)
        }
        switch taken {
        case .failure(let error):
            completion(.failure(error))
        case .success(let taken) where taken.new.isEmpty:
            confirmations.withLock { $0.append(Confirmation(needed: taken.underWay, completion: completion)) }
            settle(failed: nil)
        case .success:
            break
        }
    }

    private func write(
        _ taken: TopicState.Taken, time: UInt64, _ completion: @escaping @Sendable (Result<Void, QueueError>) -> Void
    ) {
        var answer = completion
        if !taken.underWay.isEmpty {
            let both = BothResults(completion)
            answer = { both.complete($0) }
            confirmations.withLock { $0.append(Confirmation(needed: taken.underWay, completion: answer)) }
        }
        let numbers = taken.new.map { (key: $0.key, number: $0.number) }
        let logged = taken.new.map { frame in
            LogFrame(
                stream: LogStream(frame.key), number: frame.number,
                bytes: StampedFrame.stamp(frame.bytes, unixMilliseconds: time))
        }
        let bytes = taken.new.reduce(0) { $0 + $1.bytes.count }
        log.append(logged) { [self, answer] result in
            if case .success = result {
                appendedFrames.add(UInt64(numbers.count), ordering: .relaxed)
                appendedBytes.add(UInt64(bytes), ordering: .relaxed)
            }
            finish(numbers, result.mapError(Self.refusal), answer)
        }
    }

    /// The log knows better than this node which number comes next where the last commits of a drained stream were
    /// lost.
    private static func refusal(_ error: SegmentLogError) -> QueueError {
        error.code == .invalid ? QueueError(.unknownStream, error.description) : QueueError(error)
    }

    private func finish(
        _ numbers: [(key: StreamKey, number: UInt64)], _ result: Result<Void, QueueError>,
        _ completion: @Sendable (Result<Void, QueueError>) -> Void
    ) {
        var result = result
        var empty: [StreamKey] = []
        state.withLock { state in
            switch result {
            case .success where state.synced(numbers):
                break
            case .success:
                result = .failure(QueueError(.unknownStream, "an earlier frame of the stream could not be stored"))
                empty = state.failed(numbers)
            case .failure:
                empty = state.failed(numbers)
            }
        }
        for key in empty { forget(key) }
        completion(result)
        bell.ring()
        if case .failure(let error) = result { settle(failed: error) } else { settle(failed: nil) }
    }

    /// Answers those whose frames have been stored, or cannot be any more, by somebody else's append.
    private func settle(failed: QueueError?) {
        var answers: [(Confirmation, Result<Void, QueueError>)] = []
        confirmations.withLock { waiting in
            guard !waiting.isEmpty else { return }
            waiting.removeAll { confirmation in
                let result: Result<Void, QueueError>? = state.withLock { state in
                    for (key, number) in confirmation.needed {
                        guard let stream = state[key] else {
                            return .failure(QueueError(.unknownStream, "stream \(key.stream) could not be stored"))
                        }
                        if stream.synced >= number { continue }
                        guard stream.broken else { return nil }
                        return .failure(failed ?? QueueError(.unknownStream, "stream \(key.stream) is broken"))
                    }
                    return .success(())
                }
                if let result { answers.append((confirmation, result)) }
                return result != nil
            }
        }
        for (confirmation, result) in answers { confirmation.completion(result) }
    }
}

/// Answers once both parts of an append have come, those that were new and those under way: the failure, if there is
/// one.
private final class BothResults: Sendable {
    private struct State {
        var missing = 2
        var result: Result<Void, QueueError> = .success(())
    }

    private let state = Mutex(State())
    private let answer: @Sendable (Result<Void, QueueError>) -> Void

    init(_ answer: @escaping @Sendable (Result<Void, QueueError>) -> Void) { self.answer = answer }

    func complete(_ result: Result<Void, QueueError>) {
        let final: Result<Void, QueueError>? = state.withLock { state in
            if case .failure = result { state.result = result }
            state.missing -= 1
            return state.missing == 0 ? state.result : nil
        }
        if let final { answer(final) }
    }
}
