internal import Synchronization

/// How far a long piece of work has come, on standard error: one line that is written over, from its first second on.
///
/// Shown on a terminal, and elsewhere where `--progress` asks for it, then a line at a time. May be told from any
/// thread.
final class Progress: Sendable {
    private struct State {
        var done = 0
        var nextLine: ContinuousClock.Instant
        var hasWritten = false
    }

    private let what: String
    private let total: Int?
    private let isTerminal: Bool
    private let isShown: Bool
    private let state: Mutex<State>

    /// `what` is counted, in plural: `mailboxes`.
    init(_ what: String, of total: Int? = nil, options: ProgressOptions) {
        self.what = what
        self.total = total
        isTerminal = Terminal.errorIsTerminal
        isShown = isTerminal || options.progress
        state = Mutex(State(nextLine: ContinuousClock.now + .seconds(1)))
    }

    func advance(by count: Int = 1) {
        let line: String? = state.withLock { state in
            state.done += count
            guard isShown, ContinuousClock.now >= state.nextLine else { return nil }
            state.nextLine = ContinuousClock.now + .milliseconds(isTerminal ? 200 : 1_000)
            state.hasWritten = true
            return Self.line(state.done, what, of: total)
        }
        if let line { show(line) }
    }

    /// Clears the line, so that the answer stands alone.
    func end() {
        let wasWritten = state.withLock { $0.hasWritten }
        if wasWritten && isTerminal { Terminal.hint("\r\u{1B}[K") }
    }

    static func line(_ done: Int, _ what: String, of total: Int?) -> String {
        guard let total, total > 0 else { return "\(done) \(what)" }
        return "\(done) of \(total) \(what), \(min(100, done * 100 / total)) %"
    }

    private func show(_ line: String) {
        if isTerminal { Terminal.hint("\r\(line)\u{1B}[K") } else { Terminal.complain(line) }
    }
}
