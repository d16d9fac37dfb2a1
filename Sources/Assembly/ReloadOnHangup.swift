internal import Logging
internal import ServiceLifecycle
internal import Settings
internal import UnixSignals

/// Reads the configuration again when SIGHUP comes, and says in one line each what took effect, what waits for a
/// restart, and what is wrong.
struct ReloadOnHangup: Service {
    let live: LiveSettings
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        for await _ in signals.cancelOnGracefulShutdown() { reload() }
    }

    /// A small local file, seldom: read where it is.
    private func reload() {
        do throws(ConfigurationFaults) {
            let outcome = try live.reload()
            if outcome.applied.isEmpty, outcome.needRestart.isEmpty {
                logger.notice("configuration reloaded: nothing has changed")
            }
            if !outcome.applied.isEmpty {
                logger.notice("configuration reloaded: \(outcome.applied.joined(separator: ", ")) took effect")
            }
            if !outcome.needRestart.isEmpty {
                logger.warning(
                    "configuration reloaded: \(outcome.needRestart.joined(separator: ", ")) changed, and need a restart"
                )
            }
        } catch {
            logger.error("configuration not reloaded, the old values stay: \(error.line)")
        }
    }
}
