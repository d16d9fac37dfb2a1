internal import NIOCore
internal import Synchronization

/// The way back for one request. The first answer counts, later ones are ignored; a reply that goes away without an
/// answer is answered with `.temporary`. May be used from any thread.
public struct WireReply: Sendable {
    private let ticket: Ticket

    init(id: UInt64, outbox: ServerOutbox) { ticket = Ticket(id: id, outbox: outbox) }

    public func succeed(_ response: WireResponse) { ticket.answer(.success(response)) }

    public func fail(_ error: WireError) { ticket.answer(.failure(error)) }

    /// Runs `body` in a task of its own and answers with its outcome. The task is cancelled when nobody is left to
    /// hear the answer: the connection is gone, or the server has stopped.
    public func complete(_ body: @escaping @Sendable () async throws(WireError) -> WireResponse) {
        let ticket = self.ticket
        let task = Task {
            do throws(WireError) {
                ticket.answer(.success(try await body()))
            } catch {
                ticket.answer(.failure(error))
            }
        }
        ticket.outbox.adopt(task, id: ticket.id)
    }

    private final class Ticket: Sendable {
        let id: UInt64
        let outbox: ServerOutbox
        private let isAnswered = Atomic<Bool>(false)

        init(id: UInt64, outbox: ServerOutbox) {
            self.id = id
            self.outbox = outbox
        }

        func answer(_ result: Result<WireResponse, WireError>) {
            guard !isAnswered.exchange(true, ordering: .relaxed) else { return }
            outbox.post(id, result)
        }

        deinit { answer(.failure(WireError(.temporary, "the server gave no answer"))) }
    }
}
