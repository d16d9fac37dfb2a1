internal import HashRing
internal import Synchronization
internal import SystemClock

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
        var waiting: [ProducerMachine.Ticket: @Sendable (Result<Void, QueueError>) -> Void] = [:]
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
                        StreamID(openedUnixMilliseconds: UnixClock.milliseconds(), random: .random(in: .min ... .max))
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
        guard !frames.isEmpty else { return }
        let told = Told(count: 1)
        await carry([frames]) { _, result in told.failure = result.failure }
        if let failure = told.failure { throw failure }
    }

    /// As `append`, with an outcome for each frame; returns once all are told.
    func appendEach(
        _ frames: [OutgoingFrame], outcome: @escaping @Sendable (Int, Result<Void, QueueError>) -> Void
    ) async {
        guard !frames.isEmpty else { return }
        await carry(frames.map { [$0] }, outcome)
    }

    /// Hands everything over in one step, so that it shares requests; each group has an outcome of its own.
    private func carry(
        _ groups: [[OutgoingFrame]], _ outcome: @escaping @Sendable (Int, Result<Void, QueueError>) -> Void
    ) async {
        let first = state.withLock { state in
            defer { state.lastTicket += UInt64(groups.count) }
            return state.lastTicket + 1
        }
        let tickets = first..<(first + UInt64(groups.count))
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let told = Told(count: groups.count)
                state.withLock { state in
                    for (index, ticket) in tickets.enumerated() {
                        state.waiting[ticket] = { result in
                            outcome(index, result)
                            if told.isLast() { continuation.resume() }
                        }
                    }
                }
                step { machine, now in machine.enqueue(groups, firstTicket: first, now: now) }
                // A cancellation before the callers were in the table found nobody.
                if Task.isCancelled { cancel(tickets) }
            }
        } onCancel: {
            cancel(tickets)
        }
    }

    private func cancel(_ tickets: Range<ProducerMachine.Ticket>) {
        for ticket in tickets { answer(ticket, .failure(Self.cancelled)) }
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
        state.withLock { $0.waiting.removeValue(forKey: ticket) }?(result)
    }
}

/// Counts the outcomes that are still to come.
private final class Told: Sendable {
    private let state: Mutex<(left: Int, failure: QueueError?)>

    init(count: Int) { state = Mutex((count, nil)) }

    var failure: QueueError? {
        get { state.withLock { $0.failure } }
        set { state.withLock { $0.failure = newValue } }
    }

    func isLast() -> Bool {
        state.withLock { state in
            state.left -= 1
            return state.left == 0
        }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
