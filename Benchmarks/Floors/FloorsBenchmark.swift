import ArgumentParser
import Assembly
import Foundation
import Load
import Measuring
import Settings

/// Prints the floors of the first release with what this machine reached, load generation included.
@main
struct FloorsBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "floors-benchmark", abstract: "Measure the floors on this machine against a real server process.")

    @Option(help: "The statuscast executable, built for release.") var statuscast: String
    @Option(help: "Accounts of the world.") var accounts = 10_000
    @Option(help: "Followers of each account.") var followers = 100
    @Option(help: "Seconds of each phase.") var seconds = 120
    @Option(help: "Directory for the data; a temporary one by default.") var data: String?
    @Option(help: "File to write the floors into as JSON, for the table of parts-benchmark.") var rows: String?

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
        guard let rows else { return }
        let about = Surroundings.describe()
        try ResultTable.json(floors.map(\.measured), about: about).write(to: URL(fileURLWithPath: rows))
    }

    private func waitUntilReady(_ phases: Phases) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        let last = phases.world.token(accounts - 1)
        while true {
            if let connection = try? await HTTPConnection.connect(host: phases.host, port: phases.port) {
                let request = phases.request("GET", "/api/v1/accounts/verify_credentials", token: last)
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
        _ = try await phases.sweeps(quietSeconds: Self.sweepSeconds)

        let visible = try await phases.postToVisible(rate: 100, seconds: seconds, samples: seconds * 5)
        Announcement.print("post to visible at 100 posts/s: \(visible.summary)")
        _ = try await phases.sweeps(quietSeconds: Self.sweepSeconds)

        let (accepted, delivered) = try await measurePosting(phases)
        let pages = try await phases.readHome(seconds: seconds, connections: 64, readers: 200)
        Announcement.print(
            "home pages: \(pages.pages) of \(pages.statuses) statuses and \(pages.bytes) bytes in \(seconds) s")
        return [
            accepted, delivered,
            Floor(
                name: "cached home pages of \(pages.statuses) statuses", asked: 15_000,
                reached: Double(pages.pages) / Double(seconds), unit: "/s", lowerIsBetter: false),
            Floor(
                name: "post to visible, p50", asked: 50, reached: visible.percentile(0.5), unit: "ms",
                lowerIsBetter: true),
        ]
    }

    /// Posts, and what the delivery workers make durable meanwhile.
    private func measurePosting(_ phases: Phases) async throws -> (accepted: Floor, delivered: Floor) {
        async let sweeping = phases.sweeps(quietSeconds: Self.sweepSeconds)
        let start = ContinuousClock.now
        let posted = try await phases.post(rate: Self.postsPerSecond, seconds: seconds, connections: 64)
        let posting = start.seconds(to: .now)
        Announcement.print(
            "posts: \(posted.accepted) accepted, \(posted.failed) refused in \(format(posting)) s, \(posted.2.summary)")
        let history = try await sweeping
        let cleared = history.sweeps.last.map { start.seconds(to: $0.endedAt) } ?? 0
        Announcement.print(
            "deliveries: \(Int(history.synced)) of \(posted.accepted * (followers + Self.otherMailboxes)) synced, "
                + "the last \(format(cleared)) s after the first post")
        for sweep in history.sweeps {
            let began = format(start.seconds(to: sweep.beganAt)), ended = format(start.seconds(to: sweep.endedAt))
            Announcement.print("  sweep from \(began) s to \(ended) s: \(Int(sweep.synced)) synced at its end")
        }
        guard let rate = history.sustained(until: start + .seconds(posting)) else {
            throw BenchmarkError("fewer than three sweeps fell into the phase: give it more --seconds")
        }
        return (
            Floor(
                name: "statuses accepted durable over HTTP", asked: 1_000, reached: Double(posted.accepted) / posting,
                unit: "/s", lowerIsBetter: false),
            Floor(
                name: "mailbox deliveries synced meanwhile", asked: 100_000, reached: rate, unit: "/s",
                lowerIsBetter: false)
        )
    }

    /// Beside the followers' homes: the author's own and the outbox, `public`, and the tag's.
    private static let otherMailboxes = 4
    /// A little more than asked, so that the rate is held and not only just missed by the clock.
    private static let postsPerSecond = 1_050
    /// Deliveries are synced sweep by sweep; under load the next one ends within so many seconds.
    private static let sweepSeconds = 40

    private func format(_ seconds: Double) -> String { String(format: "%.1f", seconds) }
}
