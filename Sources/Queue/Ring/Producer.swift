internal import HashRing
internal import Synchronization

/// The producer of one topic: carries out what its state machine decides.
///
/// Whoever brings an event carries out the actions that follow from it, one at a time: an event that comes in
/// meanwhile, even from within an action, only adds to them. So a node is called in the order of the decisions,
/// without a lock held.
final class Producer: Sendable {
    private struct State {
        var machine: ProducerMachine
        var nodes: [any QueueNode]
        var isActing = false
        var lastTicket: ProducerMachine.Ticket = 0
        var waiting: [ProducerMachine.Ticket: CheckedContinuation<Result<Void, QueueError>, Never>] = [:]
    }

    private let topic: String
    private let budget: ByteBudget
    private let tasks = TaskBag()
    private let start = ContinuousClock.now
    private let state: Mutex<State>

    init(topic: String, layout: RingLayout, settings: ProducerMachine.Settings, budget: ByteBudget) {
        self.topic = topic
        self.budget = budget
        state = Mutex(
            State(
                machine: ProducerMachine(
                    nodes: layout.nodes.map(\.name), settings: settings,
                    preference: { layout.preference(of: $0) },
                    newStream: {
                        StreamID(openedUnixMilliseconds: unixMillisecondsNow(), random: .random(in: .min ... .max))
                    }),
                nodes: layout.nodes))
    }

    /// Takes over a membership; what is under way to nodes that are gone ends as their answers say.
    func change(to layout: RingLayout) {
        state.withLock { $0.nodes = layout.nodes }
        step { machine, now in
            machine.change(nodes: layout.nodes.map(\.name), preference: { layout.preference(of: $0) }, now: now)
        }
    }

    /// Returns once all frames are confirmed by all members of their streams. The caller has paid the budget for them;
    /// it is given back frame by frame. A caller that is cancelled stops waiting; its frames go on.
    func append(_ frames: [OutgoingFrame]) async throws(QueueError) {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        let result: Result<Void, QueueError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let gone = state.withLock { state in
                    // A cancellation after this look finds the caller in the table.
                    if Task.isCancelled { return true }
                    state.waiting[ticket] = continuation
                    return false
                }
                if gone { continuation.resume(returning: .failure(Self.cancelled)) }
                step { machine, now in machine.enqueue(frames, ticket: ticket, now: now) }
            }
        } onCancel: {
            answer(ticket, .failure(Self.cancelled))
        }
        try result.get()
    }

    /// Refuses everything outstanding and ends the background tasks.
    func close() async {
        step { machine, _ in machine.end(QueueError(.closed, "the queue was closed")) }
        await tasks.finish()
    }

    private static let cancelled = QueueError(.temporary, "the caller stopped waiting; the frames may be stored")

    private var now: UInt64 { UInt64(start.duration(to: .now).wholeMilliseconds) }

    private func step(_ event: (inout ProducerMachine, UInt64) -> Void) {
        let acts = state.withLock { state in
            event(&state.machine, now)
            if state.isActing { return false }
            state.isActing = true
            return true
        }
        guard acts else { return }
        while let actions = nextActions() {
            for action in actions { perform(action) }
        }
    }

    private func nextActions() -> [ProducerMachine.Action]? {
        state.withLock { state in
            let actions = state.machine.takeActions()
            if actions.isEmpty { state.isActing = false }
            return actions.isEmpty ? nil : actions
        }
    }

    private func perform(_ action: ProducerMachine.Action) {
        switch action {
        case .finish(let ticket, let result):
            answer(ticket, result)
        case .release(let bytes):
            budget.release(bytes)
        case .append(let index, let request, let frames):
            node(index).append(frames, topic: topic) { [self] result in
                step { machine, now in machine.appended(request, result, now: now) }
            }
        case .open(let index, let streams):
            tasks.start { [self] in
                let result: Result<Void, QueueError>
                do throws(QueueError) {
                    result = .success(try await node(index).open(streams, topic: topic))
                } catch {
                    result = .failure(error)
                }
                step { machine, now in machine.opened(index, result, now: now) }
            }
        case .wake(let milliseconds):
            tasks.start { [self] in
                try? await Task.sleep(for: .milliseconds(milliseconds))
                step { machine, now in machine.tick(now: now) }
            }
        }
    }

    private func node(_ index: Int) -> any QueueNode { state.withLock { $0.nodes[index] } }

    private func answer(_ ticket: ProducerMachine.Ticket, _ result: Result<Void, QueueError>) {
        state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume(returning: result)
    }
}
