import ArgumentParser
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
    @Option(help: "Seconds of each phase.") var seconds = 30
    @Option(help: "Directory for the data; a temporary one by default.") var data: String?

    func run() async throws {
        let path = data ?? NSTemporaryDirectory() + "statuscast-floors-\(getpid())"
        defer { if data == nil { try? FileManager.default.removeItem(atPath: path) } }
        print("world: \(accounts) accounts, \(followers) followers each")
        let world = try await World.make(accounts: accounts, followersEach: followers, data: DataDirectory(path))
        let port = 20_000 + Int(getpid()) % 20_000
        let server = Process()
        server.executableURL = URL(fileURLWithPath: statuscast)
        server.arguments = [
            "up", "--data", path, "--listen", "127.0.0.1:\(port)", "--rate-limits", "off", "--log-level", "warning",
        ]
        try server.run()
        defer {
            server.terminate()
            server.waitUntilExit()
        }
        let phases = Phases(world: world, host: "127.0.0.1", port: port)
        try await waitUntilReady(phases)
        let floors = try await measure(phases)
        print("\n\("floor".padding(toLength: 44, withPad: " ", startingAt: 0))       asked      reached")
        for floor in floors { print(floor.row) }
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
        try await drained(phases)

        let visible = try await phases.postToVisible(rate: 100, seconds: seconds, samples: seconds * 5)
        print("post to visible at 100 posts/s: \(visible.summary)")

        let before = try await phases.metric(Self.deliveries)
        let start = ContinuousClock.now
        let posted = try await phases.post(rate: 1_000, seconds: seconds, connections: 64)
        let posting = seconds(since: start)
        print(
            "posts: \(posted.accepted) accepted, \(posted.failed) refused in \(format(posting)) s, \(posted.2.summary)")
        let deliveredMeanwhile = try await phases.metric(Self.deliveries) - before
        try await drained(phases)
        let clearing = seconds(since: start)
        let delivered = try await phases.metric(Self.deliveries) - before
        print(
            "deliveries: \(Int(delivered)) synced in \(format(clearing)) s "
                + "(\(Int(deliveredMeanwhile)) of them while posts came in)")

        let pages = try await phases.readHome(seconds: seconds, connections: 64, readers: 200)
        print("home pages: \(pages.pages) of \(pages.statuses) statuses and \(pages.bytes) bytes in \(seconds) s")
        return [
            Floor(
                name: "statuses accepted durable over HTTP", asked: 1_000, reached: Double(posted.accepted) / posting,
                unit: "/s", lowerIsBetter: false),
            Floor(
                name: "mailbox deliveries synced, backlog cleared", asked: 100_000, reached: delivered / clearing,
                unit: "/s", lowerIsBetter: false),
            Floor(
                name: "cached home pages of \(pages.statuses) statuses", asked: 15_000,
                reached: Double(pages.pages) / Double(seconds), unit: "/s", lowerIsBetter: false),
            Floor(
                name: "post to visible, p50", asked: 50, reached: visible.percentile(0.5), unit: "ms",
                lowerIsBetter: true),
        ]
    }

    /// Counts a delivery when it is synced in a follower's mailbox.
    private static let deliveries = "statuscast_deliver_deliveries_total"

    /// Waits until the count of deliveries has stood still for longer than a sweep may take.
    private func drained(_ phases: Phases) async throws {
        var last = -1.0
        var still = 0
        while still < 20 {
            try await ContinuousClock().sleep(for: .seconds(1))
            let pending = try await phases.metric("statuscast_deliver_pending_deliveries")
            let now = try await phases.metric(Self.deliveries)
            if pending == 0, now == last, now > 0 { return }
            still = now == last ? still + 1 : 0
            last = now
        }
    }

    private func seconds(since start: ContinuousClock.Instant) -> Double {
        let duration = ContinuousClock.now - start
        return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    private func format(_ seconds: Double) -> String { String(format: "%.1f", seconds) }
}
