internal import Synchronization

/// The places of runs of sealed segments that were used last, up to a number of places. May be used concurrently.
final class PlaceCache: Sendable {
    private struct Key: Hashable {
        var segment: UInt64
        var run: Int
    }

    private struct State {
        var runs: [Key: (places: [FramePlace], used: UInt64)] = [:]
        var count = 0
        var clock: UInt64 = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// Places that it holds.
    var count: Int { state.withLock { $0.count } }

    func places(segment: UInt64, run: Int) -> [FramePlace]? {
        state.withLock { state in
            let key = Key(segment: segment, run: run)
            guard let places = state.runs[key]?.places else { return nil }
            state.clock += 1
            state.runs[key]?.used = state.clock
            return places
        }
    }

    /// Keeps the places of a run; the ones used longest ago go, never this one.
    func insert(_ places: [FramePlace], segment: UInt64, run: Int) {
        state.withLock { state in
            let key = Key(segment: segment, run: run)
            guard state.runs[key] == nil else { return }
            while state.count + places.count > limit, let oldest = state.runs.min(by: { $0.value.used < $1.value.used })
            {
                state.runs[oldest.key] = nil
                state.count -= oldest.value.places.count
            }
            state.clock += 1
            state.runs[key] = (places, state.clock)
            state.count += places.count
        }
    }
}
