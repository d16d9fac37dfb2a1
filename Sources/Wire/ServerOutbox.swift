internal import NIOCore
internal import Synchronization

/// Brings answers from any thread to the connection's event loop, many with one wake-up and one flush.
final class ServerOutbox: Sendable {
    private struct Pending {
        var answers: [(id: UInt64, result: Result<WireResponse, WireError>)] = []
        var isScheduled = false
        var isClosed = false
    }

    private let eventLoop: any EventLoop
    private let connection: NIOLoopBoundBox<ServerConnection?>
    private let pending = Mutex(Pending())

    /// To be called on the connection's event loop.
    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        connection = NIOLoopBoundBox(nil, eventLoop: eventLoop)
    }

    /// On the event loop: who writes the answers.
    func attach(_ connection: ServerConnection) { self.connection.value = connection }

    /// On the event loop: from now on answers go nowhere.
    func detach() {
        connection.value = nil
        pending.withLock {
            $0.isClosed = true
            $0.answers = []
        }
    }

    func post(_ id: UInt64, _ result: Result<WireResponse, WireError>) {
        if eventLoop.inEventLoop, let connection = connection.value, connection.isProcessing {
            connection.answer(id, result)
            return
        }
        let isFirst = pending.withLock { pending in
            guard !pending.isClosed else { return false }
            pending.answers.append((id, result))
            if pending.isScheduled { return false }
            pending.isScheduled = true
            return true
        }
        if isFirst { eventLoop.execute { self.deliver() } }
    }

    /// Lets the connection cancel the task that works on a request.
    func adopt(_ task: Task<Void, Never>, id: UInt64) {
        if eventLoop.inEventLoop {
            adoptOnLoop(task, id: id)
        } else {
            eventLoop.execute { self.adoptOnLoop(task, id: id) }
        }
    }

    /// Room that the connection has waited for; given back if it is gone.
    func bring(room bytes: Int, of room: ServerRoom) {
        eventLoop.execute {
            if let connection = self.connection.value { connection.take(room: bytes) } else { room.release(bytes) }
        }
    }

    /// No more requests; closes the connection once the running ones are answered.
    func drain() { eventLoop.execute { self.connection.value?.drain() } }

    private func adoptOnLoop(_ task: Task<Void, Never>, id: UInt64) {
        guard let connection = connection.value else {
            task.cancel()
            return
        }
        connection.adopt(task, id: id)
    }

    private func deliver() {
        let answers = pending.withLock { pending in
            pending.isScheduled = false
            let answers = pending.answers
            pending.answers = []
            return answers
        }
        connection.value?.answer(answers)
    }
}
