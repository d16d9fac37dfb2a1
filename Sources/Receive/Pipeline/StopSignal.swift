internal import Synchronization

/// Says to everything in a role that it shall come to an end. May be used from anywhere.
final class StopSignal: Sendable {
    private let requested = Atomic<Bool>(false)

    var isRequested: Bool { requested.load(ordering: .acquiring) }

    func request() { requested.store(true, ordering: .releasing) }

    /// Sleeps that long, or until the end is requested (noticed within 50 ms).
    func sleep(milliseconds: Int) async {
        var left = milliseconds
        while left > 0, !isRequested, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(min(left, 50)))
            left -= 50
        }
    }
}
