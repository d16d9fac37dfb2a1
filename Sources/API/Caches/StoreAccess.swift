internal import Peers
internal import Synchronization

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

/// Runs `body` and gives up on it after so long with `.unavailable`; `body` is cancelled then.
func within<T: Sendable>(
    milliseconds: Int, _ body: @escaping @Sendable () async throws(PeerError) -> T
) async throws(PeerError) -> T {
    let result = await withTaskGroup(of: Result<T, PeerError>?.self) { group in
        group.addTask {
            do throws(PeerError) { return .success(try await body()) } catch { return .failure(error) }
        }
        group.addTask {
            try? await Task.sleep(for: .milliseconds(milliseconds))
            return nil
        }
        let first = await group.next() ?? nil
        group.cancelAll()
        return first
    }
    guard let result else { throw PeerError(.unavailable, "no answer within \(milliseconds) ms") }
    return try result.get()
}
