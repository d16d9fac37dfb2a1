internal import DurableFiles
public import Logging
internal import Synchronization

/// Follows `queue-nodes.json`: looks at it every second, on a thread of its own.
///
/// A file that is absent, damaged, of a newer version or of an older epoch changes nothing; it is logged once.
public final class QueueMembershipWatch: Sendable {
    private struct State {
        var current: QueueMembership?
        var refused: String?
    }

    private let file: QueueNodesFile
    private let logger: Logger
    private let threads = FileThreads(name: "queue-nodes", count: 1)
    private let state: Mutex<State>

    public init(file: QueueNodesFile, current: QueueMembership?, logger: Logger) {
        self.file = file
        self.logger = logger
        state = Mutex(State(current: current))
    }

    deinit { threads.stop() }

    /// The last good membership; nil as long as there was none.
    public var current: QueueMembership? { state.withLock { $0.current } }

    /// Looks at the file a second from now; true when the membership is another one since the last look.
    public func look() async -> Bool {
        guard (try? await Task.sleep(for: .seconds(1))) != nil else { return false }
        let result: Result<QueueMembership?, SettingsError> = await threads.run { [file] in
            do throws(SettingsError) { return .success(try file.read()) } catch { return .failure(error) }
        }
        switch result {
        case .success(let read?): return take(read)
        case .success(nil): refuse("\(file.path) is gone", if: current != nil)
        case .failure(let error): refuse(error.description, if: true)
        }
        return false
    }

    private func take(_ read: QueueMembership) -> Bool {
        guard read != current else {
            state.withLock { $0.refused = nil }
            return false
        }
        if let current, read.epoch <= current.epoch {
            refuse("\(file.path) has epoch \(read.epoch), but \(current.epoch) was seen before", if: true)
            return false
        }
        state.withLock { state in
            state.current = read
            state.refused = nil
        }
        logger.notice("the queue cluster has changed", metadata: ["epoch": "\(read.epoch)", "nodes": "\(read.text)"])
        return true
    }

    private func refuse(_ reason: String, if condition: Bool) {
        let isNew = state.withLock { state in
            defer { if condition { state.refused = reason } }
            return condition && state.refused != reason
        }
        if isNew { logger.error("the queue nodes stay as they are: \(reason)") }
    }
}

extension QueueMembership {
    /// One line for logs.
    var text: String {
        nodes.map { "\($0.name):\($0.weight)\($0.state == .draining ? " draining" : "")" }.joined(separator: ", ")
    }
}
