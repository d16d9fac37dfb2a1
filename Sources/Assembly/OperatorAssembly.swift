internal import OperatorEndpoint
internal import ServiceLifecycle
internal import Settings
internal import StatuscastModel
internal import Synchronization
internal import Telemetry

/// What a process offers its operator: the part of each role in readiness, and what is collected for a scrape. Roles are
/// added while they are put together, before the process runs.
final class OperatorParts: Sendable {
    private struct State {
        var checks: [ReadinessCheck] = []
        var collectors: [@Sendable () async -> Void] = []
    }

    private let state = Mutex(State())

    var checks: [ReadinessCheck] { state.withLock { $0.checks } }
    var collectors: [@Sendable () async -> Void] { state.withLock { $0.collectors } }

    func add(_ check: ReadinessCheck) { state.withLock { $0.checks.append(check) } }
    func add(collector: @escaping @Sendable () async -> Void) { state.withLock { $0.collectors.append(collector) } }
}

extension ProcessRun {
    /// The endpoint as the settings say; nil where it is switched off.
    func operatorEndpoint() -> (any Service)? {
        let file = TargetFile(path: "\(directory.metricsTargets)/\(processName).json", labels: labels)
        guard let listen = settings[Keys.metricsListen] else {
            file.remove()
            return nil
        }
        let disk = DiskGauges(live.process, directory)
        let (registry, collectors) = (registry, parts.collectors + [{ await disk.collect() }])
        return OperatorEndpoint(
            host: listen.bindHost, port: listen.port, targetFile: file, checks: parts.checks, logger: logger,
            metricsText: {
                for collect in collectors { await collect() }
                return registry.text() + ProcessFacts.text()
            })
    }

    /// `deliver-normal-2`: the kind, the lane or the node's name, the instance.
    private var processName: String {
        let labels = labels
        return ["process", "lane", "instance_name"].compactMap { labels[$0] }.filter { !$0.isEmpty }
            .joined(separator: "-")
    }

    private var labels: [String: String] {
        var labels = ["process": live.process.rawValue, "instance_name": settings[Keys.instance]]
        switch live.process {
        case .deliver: labels["lane"] = settings[Keys.deliverLane]?.rawValue ?? ""
        case .queue: labels["instance_name"] = settings[Keys.queueName]
        default: break
        }
        return labels
    }
}
