internal import Synchronization

/// The settings of a running process, and how they change under it. All calls may run concurrently.
public final class LiveSettings: Sendable {
    /// What a reload found.
    public struct Outcome: Sendable, Hashable {
        /// Changed and in effect.
        public var applied: [String] = []
        /// Changed for this process, and in effect after its next start.
        public var needRestart: [String] = []
    }

    public let process: ProcessKind
    public let sources: SettingsSources
    private let values: Mutex<EffectiveSettings>
    private let observers = Mutex<[@Sendable (EffectiveSettings) -> Void]>([])

    /// Blocks while it reads the file.
    public init(_ sources: SettingsSources, process: ProcessKind) throws(ConfigurationFaults) {
        self.process = process
        self.sources = sources
        values = Mutex(try sources.load())
    }

    public var current: EffectiveSettings { values.withLock { $0 } }

    /// Calls `apply` after every reload that found no fault, also where nothing has changed: a list that lies in a file
    /// of its own is read again then. It must not block for long.
    public func onReload(_ apply: @escaping @Sendable (EffectiveSettings) -> Void) {
        observers.withLock { $0.append(apply) }
    }

    /// Reads the file again. With faults everything stays as it is. Blocks on the file.
    public func reload() throws(ConfigurationFaults) -> Outcome {
        let fresh = try sources.load()
        let (outcome, now) = values.withLock { values -> (Outcome, EffectiveSettings) in
            let changed = fresh.differences(from: values).filter { $0.readers.contains(process) }
            let (live, fixed) = (changed.filter(\.isReloadable), changed.filter { !$0.isReloadable })
            values.adopt(live, from: fresh)
            return (Outcome(applied: live.map(\.name), needRestart: fixed.map(\.name)), values)
        }
        for apply in observers.withLock({ $0 }) { apply(now) }
        return outcome
    }
}
