import Synchronization

/// Milliseconds that pass when a test says so.
final class FakeClock: Sendable {
    private let value = Atomic<UInt64>(1_000)
    var milliseconds: UInt64 { value.load(ordering: .relaxed) }
    func advance(_ milliseconds: UInt64) { value.add(milliseconds, ordering: .relaxed) }
}
