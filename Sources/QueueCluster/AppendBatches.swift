internal import Queue
internal import Synchronization

/// Cuts the frames of one append into as few requests as the limits allow, in order; at least one.
enum AppendBatches {
    static func split(_ frames: [NumberedFrame]) -> [ArraySlice<NumberedFrame>] {
        var batches: [ArraySlice<NumberedFrame>] = []
        var begin = 0
        var bytes = 0
        for (index, frame) in frames.enumerated() {
            let isFull =
                bytes + frame.bytes.count > RemoteLimits.appendBytes
                || index - begin == RemoteLimits.framesPerRequest
            if index > begin, isFull {
                batches.append(frames[begin..<index])
                begin = index
                bytes = 0
            }
            bytes += frame.bytes.count
        }
        batches.append(frames[begin...])
        return batches
    }
}

/// One completion for several requests: when the last is answered, with the first error if there was one.
final class AppendJoin: Sendable {
    private let state: Mutex<(left: Int, error: QueueError?)>
    private let completion: @Sendable (Result<Void, QueueError>) -> Void

    init(count: Int, completion: @escaping @Sendable (Result<Void, QueueError>) -> Void) {
        state = Mutex((count, nil))
        self.completion = completion
    }

    func finish(_ result: Result<Void, QueueError>) {
        let (isLast, error) = state.withLock { state in
            state.left -= 1
            if case .failure(let error) = result, state.error == nil { state.error = error }
            return (state.left == 0, state.error)
        }
        guard isLast else { return }
        completion(error.map { .failure($0) } ?? .success(()))
    }
}
