internal import Foundation
internal import Hummingbird
public import Logging
internal import NIOCore
public import ServiceLifecycle

/// A small HTTP server for a process's operator: `/metrics` (Prometheus text), `/health/live` (the process answers) and
/// `/health/ready` (200 or 503, with what each part says). No one is authenticated: it belongs on the loopback or on a
/// network that is trusted.
public struct OperatorEndpoint: Service {
    private static let graceMilliseconds = 300

    let host: String
    let port: Int
    let targetFile: TargetFile
    let checks: [ReadinessCheck]
    let metricsText: @Sendable () async -> String
    let logger: Logger

    /// - Parameters:
    ///   - port: 0 takes a free one, which only the target file and the log tell.
    ///   - metricsText: called for each scrape; may collect what is not kept up to date by itself.
    public init(
        host: String, port: Int, targetFile: TargetFile, checks: [ReadinessCheck], logger: Logger,
        metricsText: @escaping @Sendable () async -> String
    ) {
        self.host = host
        self.port = port
        self.targetFile = targetFile
        self.checks = checks
        self.logger = logger
        self.metricsText = metricsText
    }

    /// Serves until shutdown, and takes the target file away then. Throws where the address cannot be used.
    public func run() async throws {
        let bound = BoundPort()
        let (targetFile, logger, target) = (self.targetFile, self.logger, self.target)
        // What the server says of itself at start and stop is nobody's business here.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            router: router(), configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in
                guard let port = channel.localAddress?.port else { return }
                bound.port = port
                do {
                    try targetFile.write(target: target(port))
                    logger.info("the operator's endpoint is http://\(target(port))")
                } catch {
                    logger.warning("Prometheus will not find this process: \(error)")
                }
            }, logger: quiet)
        defer { if let port = bound.port { targetFile.remove(target: target(port)) } }
        var services = ServiceGroupConfiguration(
            services: [.init(service: application, successTerminationBehavior: .gracefullyShutdownGroup)],
            logger: quiet)
        services.maximumGracefulShutdownDuration = .milliseconds(Self.graceMilliseconds)
        do {
            try await ServiceGroup(configuration: services).run()
        } catch let error as IOError {
            throw OperatorEndpointError(
                "metrics.listen \(host):\(port) cannot be used (\(String(cString: strerror(error.errnoCode)))): one "
                    + "process may have a port; give it another, or 0 for a free one")
        }
    }

    /// As Prometheus on this machine reaches it.
    private func target(_ port: Int) -> String {
        let reached = ["0.0.0.0", "::", "localhost"].contains(host) ? "127.0.0.1" : host
        return reached.contains(":") ? "[\(reached)]:\(port)" : "\(reached):\(port)"
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/metrics") { [metricsText] _, _ in
            Self.answer(.ok, "text/plain; version=0.0.4; charset=utf-8", await metricsText())
        }
        router.get("/health/live") { _, _ in Self.answer(.ok, "application/json", "{\"status\":\"alive\"}\n") }
        router.get("/health/ready") { [checks] _, _ in
            let report = await ReadinessReport.make(checks)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            let text = String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
            return Self.answer(report.ready ? .ok : .serviceUnavailable, "application/json", text)
        }
        return router
    }

    private static func answer(_ status: HTTPResponse.Status, _ type: String, _ text: String) -> Response {
        Response(status: status, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
