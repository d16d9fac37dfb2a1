internal import CanonicalStore
internal import DurableFiles
internal import Peers
internal import Synchronization

/// Derives keys from passwords on two threads of its own, which bounds the memory that takes, with a bounded line
/// before them.
final class Passwords: Sendable {
    private let threads = FileThreads(name: "passwords", count: 2)
    private let parameters: PasswordHash.Parameters
    private let waitingMax: Int
    private let waiting = Mutex(0)
    /// Checked when there is no such account, so that the time does not tell.
    private let decoy = Mutex<String?>(nil)

    init(parameters: PasswordHash.Parameters, waitingMax: Int) {
        self.parameters = parameters
        self.waitingMax = waitingMax
    }

    deinit { threads.stop() }

    func hash(_ password: String) async throws(PeerError) -> String {
        try await run { [parameters] in PasswordHash.make(password, parameters: parameters) }
    }

    /// Whether the password belongs to the hash; always false, after as long, where there is none.
    func matches(_ password: String, _ hash: String?) async throws(PeerError) -> Bool {
        try await run { [self] in
            guard let hash else {
                _ = PasswordHash.matches(password, decoyHash())
                return false
            }
            return PasswordHash.matches(password, hash)
        }
    }

    private func decoyHash() -> String {
        decoy.withLock { decoy in
            let hash = decoy ?? PasswordHash.make(SecretText.make(), parameters: parameters)
            decoy = hash
            return hash
        }
    }

    private func run<T: Sendable>(_ body: @escaping @Sendable () -> T) async throws(PeerError) -> T {
        let mayWait = waiting.withLock { waiting in
            guard waiting < waitingMax else { return false }
            waiting += 1
            return true
        }
        guard mayWait else { throw PeerError(.unavailable, "too many people are signing in") }
        defer { waiting.withLock { $0 -= 1 } }
        return await threads.run { [self] in withExtendedLifetime(self) { body() } }
    }
}
