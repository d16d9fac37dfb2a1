import Foundation
import Synchronization
import Testing

/// Processes of every kind are killed again and again while people post; afterwards the mailboxes are compared with
/// what was acknowledged.
@Suite(.timeLimit(.minutes(10)))
struct HistoryTests {
    @Test func whatWasAcknowledgedIsEverywhereOnceAndTheRestEverywhereOrNowhere() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["STATUSCAST_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1...999_999)
        let wanted = environment["STATUSCAST_HISTORY_STATUSES"].flatMap(Int.init) ?? 2_000
        print("history test: STATUSCAST_SEED=\(seed)")
        var random = SeededRandom(seed: seed)

        let directory = try TemporaryDirectory()
        let cluster = Cluster(data: directory.path + "/data")
        try await cluster.start()
        let people = try await Person.signUp((0..<24).map { "person\($0)" }, at: await cluster.base)
        let ledger = Ledger()
        for person in people {
            ledger.join(person.id)
            for other in people.shuffled(using: &random).prefix(12) where other.id != person.id {
                try await person.follow(other)
                ledger.follow(person.id, other.id)
            }
        }

        let posters = Posters(people: people, ledger: ledger, wanted: wanted)
        let kills = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    await posters.run(seed: seed &+ UInt64(worker))
                    return 0
                }
            }
            let killing = try await killUntilDone(cluster, posters, &random)
            for try await _ in group {}
            return killing
        }
        #expect(kills.values.allSatisfy { $0 >= 2 }, "each kind is killed several times: \(kills)")

        let file = directory.path + "/ledger.json"
        try ledger.write(to: file)
        let data = directory.path + "/data"
        let report = try await eventually("mailboxes agree with the ledger", within: .seconds(90), every: .seconds(2)) {
            try await Checker.verdict(data: data, ledger: file)
        }
        print("history test: \(kills) kills, \(report)")
        try await expectOnceForReaders(people, ledger)
        try await cluster.stop()
        _ = try await Checker.run([
            "history", "--shared", data + "/shared", "--store", data + "/store", "--ledger", file,
        ])
    }

    /// Kills a random process of each kind in turn and starts it again, until all statuses have been tried.
    private func killUntilDone(
        _ cluster: Cluster, _ posters: Posters, _ random: inout SeededRandom
    ) async throws -> [String: Int] {
        var kills = Dictionary(uniqueKeysWithValues: Cluster.kinds.map { ($0, 0) })
        while !posters.isDone || kills.values.contains(where: { $0 < 2 }) {
            for kind in Cluster.kinds.shuffled(using: &random) {
                guard let victim = await cluster.keys(of: kind).randomElement(using: &random) else { continue }
                try await cluster.kill(victim)
                kills[kind, default: 0] += 1
                try await ContinuousClock().sleep(for: .milliseconds(Int.random(in: 0...400, using: &random)))
                try await cluster.start(victim)
                try await ContinuousClock().sleep(for: .milliseconds(Int.random(in: 100...900, using: &random)))
            }
        }
        return kills
    }

    private func expectOnceForReaders(_ people: [Person], _ ledger: Ledger) async throws {
        let acknowledged = ledger.acknowledgedByAuthor
        for person in people.prefix(8) {
            let shown = try await person.timeline("/api/v1/timelines/home")
            #expect(Set(shown).count == shown.count, "a reader saw a status twice")
            let due = ledger.authors(readBy: person.id).flatMap { acknowledged[$0] ?? [] }
            #expect(Set(shown).isSuperset(of: due), "a reader misses an acknowledged status")
        }
    }
}

/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// Posts one text after the other until enough were tried; writes down what was acknowledged and what was not.
final class Posters: Sendable {
    private let people: [Person]
    private let ledger: Ledger
    private let wanted: Int
    private let tried = Atomic<Int>(0)
    private let finished = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)

    init(people: [Person], ledger: Ledger, wanted: Int) {
        self.people = people
        self.ledger = ledger
        self.wanted = wanted
    }

    var isDone: Bool { finished.load(ordering: .acquiring) >= wanted }

    /// No further text is begun.
    func finish() { stopped.store(true, ordering: .releasing) }

    func run(seed: UInt64) async {
        var random = SeededRandom(seed: seed)
        while !stopped.load(ordering: .acquiring) {
            let number = tried.wrappingAdd(1, ordering: .relaxed).oldValue
            guard number < wanted, let author = people.randomElement(using: &random) else { return }
            let text = "status \(number) of \(author.name)\nFrom here on: \(random.next())"
            let answer = try? await author.client.post("/api/v1/statuses", ["status": text])
            if answer?.status == 200, let id = answer?.object["id"] as? String {
                ledger.acknowledge(id, author.id, text)
            } else {
                ledger.doubt(author.id, text)
                // The front may be away: give it a moment, so that not all texts are spent on a closed door.
                try? await ContinuousClock().sleep(for: .milliseconds(50))
            }
            finished.wrappingAdd(1, ordering: .releasing)
        }
    }
}

/// What was promised to whom.
final class Ledger: Sendable {
    private struct Entry: Codable {
        var author: String
        var text: String
    }

    private struct State: Codable {
        var followers: [String: [String]] = [:]
        var acknowledged: [String: Entry] = [:]
        var unacknowledged: [Entry] = []
    }

    private let state = Mutex(State())

    func join(_ account: String) { state.withLock { $0.followers[account, default: []] += [] } }
    func follow(_ follower: String, _ author: String) {
        state.withLock { $0.followers[author, default: []].append(follower) }
    }
    func acknowledge(_ id: String, _ author: String, _ text: String) {
        state.withLock { $0.acknowledged[id] = Entry(author: author, text: text) }
    }
    func doubt(_ author: String, _ text: String) {
        state.withLock { $0.unacknowledged.append(Entry(author: author, text: text)) }
    }

    var acknowledgedCount: Int { state.withLock { $0.acknowledged.count } }

    var acknowledgedByAuthor: [String: [String]] {
        state.withLock { state in
            Dictionary(grouping: state.acknowledged.keys) { state.acknowledged[$0]?.author ?? "" }
        }
    }

    func authors(readBy account: String) -> [String] {
        state.withLock { state in [account] + state.followers.filter { $0.value.contains(account) }.keys }
    }

    func write(to path: String) throws {
        try JSONEncoder().encode(state.withLock { $0 }).write(to: URL(fileURLWithPath: path))
    }
}
