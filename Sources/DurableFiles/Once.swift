internal import Synchronization

/// Says to exactly one caller that it is the first.
final class Once: Sendable {
    private let taken = Atomic<Bool>(false)
    func first() -> Bool {
        taken.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
    }
}
