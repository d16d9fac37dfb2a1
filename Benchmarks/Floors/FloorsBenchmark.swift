import ArgumentParser
import Assembly
import Foundation
import Settings

/// Prints the floors of the first release with what this machine reached, load generation included.
@main
struct FloorsBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "floors-benchmark", abstract: "Measure the floors on this machine against a real server process.")

    @Option(help: "The statuscast executable, built for release.") var statuscast: String
    @Option(help: "Accounts of the world.") var accounts = 10_000
    @Option(help: "Followers of each account.") var followers = 100
    @Option(help: "Seconds of each phase.") var seconds = 60
    @Option(help: "Directory for the data; a temporary one by default.") var data: String?

    func run() async throws {
        let path = data ?? NSTemporaryDirectory() + "statuscast-floors-\(getpid())"
        defer { if data == nil { try? FileManager.default.removeItem(atPath: path) } }
        Announcement.print("world: \(accounts) accounts, \(followers) followers each")
        let world = try await World.make(accounts: accounts, followersEach: followers, data: DataDirectory(path))
        let port = 20_000 + Int(getpid()) % 20_000
        let server = Process()
        server.executableURL = URL(fileURLWithPath: statuscast)
        server.arguments = [
            "up", "--data", path, "--listen", "127.0.0.1:\(port)", "--rate-limits", "off", "--log-level", "warning",
            "--set", "front.public_metrics=on",
        ]
        try server.run()
        defer {
            server.terminate()
            server.waitUntilExit()
        }
        let phases = Phases(world: world, host: "127.0.0.1", port: port)
        try await waitUntilReady(phases)
        let floors = try await measure(phases)
        Announcement.print("\n\("floor".padding(toLength: 44, withPad: " ", startingAt: 0))       asked      reached")
        for floor in floors { Announcement.print(floor.row) }
    }

    private func waitUntilReady(_ phases: Phases) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        let last = phases.world.token(accounts - 1)
        while true {
            if let connection = try? await HTTPConnection.connect(host: phases.host, port: phases.port) {
                let request = HTTPConnection.request(
                    "GET", "/api/v1/accounts/verify_credentials", token: last, host: "127.0.0.1")
                let status = try? await connection.send(request).status
                await connection.close()
                if status == 200 { return }
            }
            guard ContinuousClock.now < deadline else { throw BenchmarkError("the server is not ready after 120 s") }
            try await ContinuousClock().sleep(for: .milliseconds(200))
        }
    }

    private func measure(_ phases: Phases) async throws -> [Floor] {
        // Caches, files and directories come into being here, not in the figures.
        _ = try await phases.post(rate: 500, seconds: 10, connections: 32)
        _ = try await phases.changes(of: Self.deliveries, quietSeconds: Self.sweepSeconds)

        let visible = try await phases.postToVisible(rate: 100, seconds: seconds, samples: seconds * 5)
        Announcement.print("post to visible at 100 posts/s: \(visible.summary)")

        async let synced = phases.changes(of: Self.deliveries, quietSeconds: Self.sweepSeconds)
        let start = ContinuousClock.now
        let posted = try await phases.post(rate: Self.postsPerSecond, seconds: seconds, connections: 64)
        let posting = seconds(since: start)
        Announcement.print(
            "posts: \(posted.accepted) accepted, \(posted.failed) refused in \(format(posting)) s, \(posted.2.summary)")
        let steps = try await synced
        let delivered = steps[steps.count - 1].value - steps[0].value
        let cleared = seconds(from: start, to: steps[steps.count - 1].at)
        Announcement.print(
            "deliveries: \(Int(delivered)) synced in mailboxes, the last \(format(cleared)) s after the first post")
        for step in steps.dropFirst() {
            Announcement.print("  \(format(seconds(from: start, to: step.at))) s: \(Int(step.value - steps[0].value))")
        }
        let rate = sustained(steps, posted: start + .seconds(posting))

        let pages = try await phases.readHome(seconds: seconds, connections: 64, readers: 200)
        Announcement.print(
            "home pages: \(pages.pages) of \(pages.statuses) statuses and \(pages.bytes) bytes in \(seconds) s")
        return [
            Floor(
                name: "statuses accepted durable over HTTP", asked: 1_000, reached: Double(posted.accepted) / posting,
                unit: "/s", lowerIsBetter: false),
            Floor(
                name: "mailbox deliveries synced meanwhile", asked: 100_000, reached: rate,
                unit: "/s", lowerIsBetter: false),
            Floor(
                name: "cached home pages of \(pages.statuses) statuses", asked: 15_000,
                reached: Double(pages.pages) / Double(seconds), unit: "/s", lowerIsBetter: false),
            Floor(
                name: "post to visible, p50", asked: 50, reached: visible.percentile(0.5), unit: "ms",
                lowerIsBetter: true),
        ]
    }

    /// A little more than asked, so that the rate is held and not only just missed by the clock.
    private static let postsPerSecond = 1_050
    /// Counts a delivery when it is synced in a follower's mailbox.
    private static let deliveries = "statuscast_deliver_synced_deliveries_total"
    /// Deliveries are synced sweep by sweep; under load the next one ends within so many seconds.
    private static let sweepSeconds = 40

    /// From the end of the first sweep of the phase to the end of the first one after the last post: what came in before
    /// the first is left out with the time it took, and so is the idle wait for a last small sweep.
    private func sustained(_ steps: [(at: ContinuousClock.Instant, value: Double)], posted: ContinuousClock.Instant)
        -> Double
    {
        guard steps.count > 2, let last = steps.first(where: { $0.at >= posted }) else { return 0 }
        return (last.value - steps[1].value) / seconds(from: steps[1].at, to: last.at)
    }

    private func seconds(since start: ContinuousClock.Instant) -> Double { seconds(from: start, to: .now) }

    private func seconds(from start: ContinuousClock.Instant, to end: ContinuousClock.Instant) -> Double {
        let components = (end - start).components
        return Double(components.seconds) + Double(components.attoseconds) / 1e18
    }

    private func format(_ seconds: Double) -> String { String(format: "%.1f", seconds) }
}
