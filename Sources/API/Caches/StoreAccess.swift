internal import Peers
internal import Synchronization
internal import SystemClock

/// The way to the canonical store, with a deadline on everything asked of it.
///
/// `ask` is for what the answer is about; `askBriefly` is for what a page can do without, gives up soon, and leaves the
/// store alone for a moment after it failed, so that a dead store delays nobody.
final class StoreAccess: Sendable {
    private let directory: PeerDirectory
    private let deadlineMilliseconds: Int
    private let briefDeadlineMilliseconds: Int
    private let pause: Pause

    init(directory: PeerDirectory, configuration: APIConfiguration) {
        self.directory = directory
        deadlineMilliseconds = configuration.storeDeadlineMilliseconds
        briefDeadlineMilliseconds = configuration.peerDeadlineMilliseconds
        pause = Pause(milliseconds: configuration.peerPauseMilliseconds)
    }

    /// Deriving a key from a password takes longer than anything else.
    static let passwordDeadlineMilliseconds = 12_000

    func ask<T: Sendable>(
        deadlineMilliseconds: Int? = nil,
        _ body: @escaping @Sendable (StoreClient) async throws(PeerError) -> T
    ) async throws(PeerError) -> T {
        let directory = directory
        do throws(PeerError) {
            let answer = try await within(milliseconds: deadlineMilliseconds ?? self.deadlineMilliseconds) {
                () throws(PeerError) in try await body(try await directory.store())
            }
            pause.end()
            return answer
        } catch {
            if error.code == .unavailable { pause.begin() }
            throw error
        }
    }

    /// Nil where the store cannot be asked just now.
    func askBriefly<T: Sendable>(
        _ body: @escaping @Sendable (StoreClient) async throws(PeerError) -> T
    ) async -> T? {
        guard !pause.isOn else { return nil }
        return try? await ask(deadlineMilliseconds: briefDeadlineMilliseconds, body)
    }

    /// Whether the last thing asked of it failed a moment ago.
    var isPaused: Bool { pause.isOn }
}

/// A moment after a failure in which nobody tries again.
final class Pause: Sendable {
    private let milliseconds: UInt64
    private let until = Atomic<UInt64>(0)

    init(milliseconds: Int) { self.milliseconds = UInt64(max(0, milliseconds)) }

    var isOn: Bool { MonotonicClock.milliseconds() < until.load(ordering: .relaxed) }
    func begin() { until.store(MonotonicClock.milliseconds() + milliseconds, ordering: .relaxed) }
    func end() { until.store(0, ordering: .relaxed) }
}
