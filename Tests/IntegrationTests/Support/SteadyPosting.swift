import Synchronization

/// Posts one status after the other until it is told to stop, and expects every one to be taken.
final class SteadyPosting: Sendable {
    private struct State {
        var isStopped = false
        var count = 0
        var refusals: [String] = []
        var slowest = Duration.zero
    }

    private let people: [Person]
    private let ledger: Ledger
    private let state = Mutex(State())

    init(people: [Person], ledger: Ledger) {
        self.people = people
        self.ledger = ledger
    }

    var count: Int { state.withLock { $0.count } }
    var refusals: [String] { state.withLock { $0.refusals } }
    var slowest: Duration { state.withLock { $0.slowest } }

    func stop() { state.withLock { $0.isStopped = true } }

    func run(workers: Int, seed: UInt64) async {
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<workers { group.addTask { await self.post(seed: seed &+ UInt64(worker)) } }
        }
    }

    /// Returns when so many more have been taken.
    func more(_ wanted: Int) async throws {
        let goal = count + wanted
        try await eventually("\(wanted) more statuses", within: .seconds(60)) { count >= goal ? true : nil }
    }

    private func post(seed: UInt64) async {
        var random = SeededRandom(seed: seed)
        while !state.withLock({ $0.isStopped }), let author = people.randomElement(using: &random) {
            let text = "\(author.name) says \(random.next())"
            let start = ContinuousClock.now
            let answer = try? await author.client.post("/api/v1/statuses", ["status": text])
            let took = ContinuousClock.now - start
            if answer?.status == 200, let id = answer?.object["id"] as? String {
                ledger.acknowledge(id, author.id, text)
            } else {
                ledger.doubt(author.id, text)
                state.withLock { $0.refusals.append("\(answer?.status ?? 0) \(answer?.text ?? "no answer")") }
            }
            state.withLock { state in
                state.count += 1
                state.slowest = max(state.slowest, took)
            }
            // As many as a small site has, so that the test is about the changes and not about the machine.
            try? await ContinuousClock().sleep(for: .milliseconds(20))
        }
    }
}
