public import Ledger
public import LoadReport
internal import NIOCore
internal import NIOPosix
internal import SystemClock

/// A run from its first arrival until what it brought is durable.
public struct LoadRun: Sendable {
    private let plan: LoadPlan
    private let cast: LoadCast
    private let direct: DirectTarget?

    /// `direct`: posts and deletes go to the topic `receive` there instead of over HTTP.
    public init(_ plan: LoadPlan, _ cast: LoadCast, direct: DirectTarget? = nil) {
        self.plan = plan
        self.cast = cast
        self.direct = direct
    }

    /// Drives the system and answers the report, without its command. `clearSeconds` is how long it is waited for that
    /// nothing is left in queues and workers. Throws where the server does not take a single connection, or the ledger
    /// cannot be written.
    public func run(
        ledger: LedgerWriter, sampler: SystemSampler, clearSeconds: Double
    ) async throws -> RunReport {
        try await checkServer()
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let door = try direct.map { try DirectDoor($0, cast, on: loop) }
        let driver = Driver(plan, cast, ledger: ledger, door: door, on: loop)
        door?.ended = { [unowned driver] in driver.endedDirect($0, begun: $1, status: $2, isAccepted: $3) }
        let started = Double(UnixClock.milliseconds()) / 1_000
        let now = MonotonicClock.nanoseconds()
        await sampler.take(at: 0)
        let sampling = Task { await sampler.run(began: now) }
        let result: Result<DriverResult, any Error>
        do { result = .success(try await driver.run()) } catch { result = .failure(error) }
        sampling.cancel()
        await sampling.value
        door?.close()
        let driven = try result.get()
        let cleared = clearSeconds > 0 ? await sampler.untilClear(began: now, limitSeconds: clearSeconds) : nil
        let samples = await sampler.samples
        return RunReport(
            started: started, command: [], machine: .here(), world: cast.world, seconds: plan.profile.seconds,
            answeredAfterSeconds: driven.answeredAfterSeconds, clearedAfterSeconds: cleared, actions: driven.actions,
            visible: driven.visible, load: driven.seconds,
            system: samples, remarks: remarks(samples, cleared, clearSeconds))
    }

    private func checkServer() async throws {
        let connection: HTTPConnection
        do {
            connection = try await HTTPConnection.connect(host: plan.server.host, port: plan.server.port)
        } catch {
            throw LoadError("nobody answers at \(plan.server.authority): start the server first, or name it with --url")
        }
        let request = HTTPRequest(authority: plan.server.authority)
        let answer = try await connection.send(
            request.bytes("GET", "/api/v1/accounts/verify_credentials", token: cast.tokens.first ?? []))
        await connection.close()
        guard answer.status == 200 else {
            throw LoadError(
                "\(plan.server.authority) answers \(answer.status) to the first account of the world: is this world "
                    + "imported there, and is the store up?")
        }
    }

    private func remarks(
        _ samples: [RunReport.SystemSample], _ cleared: Double?, _ clearSeconds: Double
    ) -> [String] {
        guard samples.contains(where: { !$0.processes.filter { $0.key != RunReport.generator }.isEmpty }) else {
            return ["no process of the system told its metrics: deliveries, backlog and processors are not measured"]
        }
        if cleared == nil, clearSeconds > 0 {
            return ["not everything was durable \(Int(clearSeconds)) s after the load"]
        }
        return []
    }
}
