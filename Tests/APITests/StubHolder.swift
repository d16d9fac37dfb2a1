import Peers
import StatuscastModel
import Synchronization

/// A holder of mailbox leases that announces what a test tells it to.
final class StubHolder: MailboxService {
    struct State {
        var watched: Set<String> = []
        var changes: [String] = []
        var freshened = 0
        var watches = 0
        var catchingUp = false
        var forgets = false
    }

    let state = Mutex(State())

    func announce(_ address: Address) { state.withLock { $0.changes.append(address.description) } }

    func freshen(_ request: PeerFreshenMailbox) async throws(PeerError) -> PeerMailboxVersion {
        state.withLock { state in
            state.freshened += 1
            var version = PeerMailboxVersion()
            version.term = 1
            version.version = UInt64(state.freshened)
            version.catchingUp = state.catchingUp
            return version
        }
    }

    func watch(_ request: PeerWatchMailboxes) async throws(PeerError) {
        state.withLock { state in
            state.watches += 1
            state.watched.formUnion(request.add)
            state.watched.subtract(request.remove)
        }
    }

    func awaitChanges(_ request: PeerAwaitChanges) async throws(PeerError) -> PeerChanges {
        for _ in 0..<max(1, request.waitMilliseconds / 5) {
            var answer = PeerChanges()
            let isDone = state.withLock { state in
                answer.lost = state.forgets
                answer.sequence = UInt64(state.changes.count)
                answer.addresses = Array(state.changes.dropFirst(Int(request.after)))
                return answer.lost || !answer.addresses.isEmpty
            }
            if isDone || Task.isCancelled { return answer }
            try? await Task.sleep(for: .milliseconds(5))
        }
        var answer = PeerChanges()
        answer.sequence = request.after
        return answer
    }
}
