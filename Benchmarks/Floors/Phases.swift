import Foundation
import Load
import Measuring
import Synchronization

/// The three measurements, each over real connections to a real server process.
struct Phases: Sendable {
    let world: World
    let host: String
    let port: Int

    /// The bytes of a request; `json` is its body.
    func request(_ method: String, _ path: String, token: String, json: String = "") -> [UInt8] {
        HTTPRequest(authority: "\(host):\(port)")
            .bytes(method, path, token: Array(token.utf8), json: Array(json.utf8))
    }

    /// Values of metrics at one moment, each summed over its labels.
    func metrics(_ names: [String]) async throws -> [Double] {
        let connection = try await HTTPConnection.connect(host: host, port: port)
        defer { Task { await connection.close() } }
        let answer = try await connection.send(
            request("GET", "/metrics", token: world.token(0)))
        var totals = names.map { _ in 0.0 }
        for line in String(decoding: answer.body, as: UTF8.self).split(separator: "\n") {
            let label = line.prefix { $0 != "{" && $0 != " " }
            guard let index = names.firstIndex(where: { $0 == label }) else { continue }
            totals[index] += line.split(separator: " ").last.flatMap { Double($0) } ?? 0
        }
        return totals
    }

    /// Watches sweeps until none has synced anything for `quietSeconds`.
    func sweeps(quietSeconds: Int) async throws -> SweepHistory {
        var history = SweepHistory(start: try await sweepCounters(), at: .now)
        var moved = ContinuousClock.now
        while ContinuousClock.now - moved < .seconds(quietSeconds) {
            try await ContinuousClock().sleep(for: .milliseconds(100))
            if history.add(try await sweepCounters(), at: .now) { moved = .now }
        }
        return history
    }

    private func sweepCounters() async throws -> SweepHistory.Counters {
        let values = try await metrics([
            "statuscast_deliver_synced_deliveries_total", "statuscast_deliver_sweep_seconds_count",
            "statuscast_deliver_sweep_seconds_sum",
        ])
        return SweepHistory.Counters(synced: values[0], sweeps: values[1], seconds: values[2])
    }

    /// Open loop: request number n is due at n / rate, whatever became of the ones before; latency counts from then.
    func post(rate: Int, seconds: Int, connections: Int) async throws -> (accepted: Int, failed: Int, Latencies) {
        let total = rate * seconds
        let next = Numbers()
        let start = ContinuousClock.now
        return try await withThrowingTaskGroup(of: (Int, Int, Latencies).self) { group in
            for _ in 0..<connections {
                group.addTask {
                    let connection = try await HTTPConnection.connect(host: host, port: port)
                    var result = (accepted: 0, failed: 0, latencies: Latencies())
                    while true {
                        let number = next.take()
                        guard number < total else { break }
                        let due = start + .nanoseconds(number * 1_000_000_000 / rate)
                        if due > ContinuousClock.now { try await ContinuousClock().sleep(until: due) }
                        let author = number * 7919 % world.accounts.count
                        let answer = try await connection.send(
                            request(
                                "POST", "/api/v1/statuses", token: world.token(author),
                                json: status(number, atRate: rate)))
                        if answer.status == 200 { result.accepted += 1 } else { result.failed += 1 }
                        result.latencies.add(ContinuousClock.now - due)
                    }
                    await connection.close()
                    return result
                }
            }
            var sum = (0, 0, Latencies())
            for try await part in group {
                sum.0 += part.0
                sum.1 += part.1
                sum.2.merge(part.2)
            }
            return sum
        }
    }

    /// Closed loop: as many pages as the server gives on `connections` connections.
    func readHome(seconds: Int, connections: Int, readers: Int) async throws -> (pages: Int, bytes: Int, statuses: Int)
    {
        let requests = (0..<readers).map { reader in
            request("GET", "/api/v1/timelines/home?limit=20", token: world.token(reader))
        }
        let first = try await HTTPConnection.connect(host: host, port: port)
        var sample = try await first.send(requests[0])
        for request in requests { sample = try await first.send(request) }
        let statuses = String(decoding: sample.body, as: UTF8.self).components(separatedBy: "\"visibility\"").count - 1
        await first.close()
        let end = ContinuousClock.now + .seconds(seconds)
        let pages = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<connections {
                group.addTask {
                    let connection = try await HTTPConnection.connect(host: host, port: port)
                    var count = 0
                    while ContinuousClock.now < end {
                        let answer = try await connection.send(requests[(index + count) % requests.count])
                        guard answer.status == 200 else { throw BenchmarkError("a page answered \(answer.status)") }
                        count += 1
                    }
                    await connection.close()
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return (pages, sample.body.count, statuses)
    }

    /// Posts at a rate in the background and follows some of the statuses until a follower's home page shows them.
    func postToVisible(rate: Int, seconds: Int, samples: Int) async throws -> Latencies {
        async let background = post(rate: rate - 1, seconds: seconds, connections: 8)
        let poster = try await HTTPConnection.connect(host: host, port: port)
        let reader = try await HTTPConnection.connect(host: host, port: port)
        var latencies = Latencies()
        for sample in 0..<samples {
            let author = sample * 31 % world.accounts.count
            let follower = (author + 7) % world.accounts.count
            let marker = "marker-\(sample)-\(UInt64.random(in: 0...UInt64.max))"
            let page = request(
                "GET", "/api/v1/timelines/home?limit=20", token: world.token(follower))
            // Somebody who is looking at the page already, as a person is whose client has it open.
            _ = try await reader.send(page)
            let start = ContinuousClock.now
            let answer = try await poster.send(
                request(
                    "POST", "/api/v1/statuses", token: world.token(author), json: "{\"status\":\"\(marker)\"}"))
            guard answer.status == 200 else { throw BenchmarkError("a post answered \(answer.status)") }
            while !String(decoding: try await reader.send(page).body, as: UTF8.self).contains(marker) {
                guard ContinuousClock.now - start < .seconds(30) else {
                    throw BenchmarkError("a status was not visible after 30 s")
                }
                try await ContinuousClock().sleep(for: .milliseconds(2))
            }
            latencies.add(ContinuousClock.now - start)
        }
        _ = try await background
        return latencies
    }

    /// Unlike those of other phases: the same text twice within a minute is refused as a duplicate.
    private func status(_ number: Int, atRate rate: Int) -> String {
        "{\"status\":\"Status number \(number) at \(rate)/s: the quick brown fox jumps over the lazy dog, and then it rests for a while in the sun before it goes on its way #fox\"}"
    }
}

/// Hands out 0, 1, 2 … to whoever asks first.
private final class Numbers: Sendable {
    private let taken = Atomic<Int>(0)
    func take() -> Int { taken.wrappingAdd(1, ordering: .relaxed).oldValue }
}
