internal import Metrics
internal import StatuscastModel

/// What the receive hooks count. The number of hooks and topics is small, so each makes a time series of its own.
struct HookMetrics: Sendable {
    private let dropped = Counter(label: "statuscast_receive_dropped_route_items_total")

    /// Counters of hooks that have done nothing yet show as 0.
    init(hooks: [String]) {
        for hook in hooks {
            _ = counter("refused", [("hook", hook)])
            _ = counter("held", [("hook", hook)])
        }
    }

    func count(_ judgement: Judge.Judgement) {
        guard let hook = judgement.hook else { return }
        switch judgement.verdict {
        case .refused: counter("refused", [("hook", hook)]).increment()
        case .held: counter("held", [("hook", hook)]).increment()
        default: break
        }
    }

    /// No such topic is configured.
    func droppedAction() { dropped.increment() }

    private func counter(_ name: String, _ dimensions: [(String, String)]) -> Counter {
        Counter(label: "statuscast_receive_\(name)_total", dimensions: dimensions)
    }
}
