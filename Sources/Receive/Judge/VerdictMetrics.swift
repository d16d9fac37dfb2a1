internal import Metrics
internal import StatuscastModel

/// What became of the statuses that were judged. A batch that is judged again after a crash counts again.
struct VerdictMetrics: Sendable {
    private let accepted = counter("accepted")
    private let refused = counter("refused")
    private let held = counter("held")

    func count(_ verdict: AcceptedEvent) {
        switch verdict {
        case .accepted: accepted.increment()
        case .refused: refused.increment()
        case .held: held.increment()
        case .deleted, .edited, .interaction: break
        }
    }

    private static func counter(_ verdict: String) -> Counter {
        Counter(label: "statuscast_receive_statuses_total", dimensions: [("verdict", verdict)])
    }
}

extension AcceptedEvent {
    /// In log lines.
    var name: String {
        switch self {
        case .accepted: "accepted"
        case .refused: "refused"
        case .held: "held"
        case .deleted: "deleted"
        case .edited: "edited"
        case .interaction(let interaction): "\(interaction.kind)"
        }
    }
}
