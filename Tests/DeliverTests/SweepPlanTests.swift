import HashRing
import StatuscastModel
import Testing
import Wire

@testable import Deliver

struct SweepPlanTests {
    private static let configuration: DeliverConfiguration = {
        var configuration = DeliverConfiguration(
            lane: .normal, sharedDirectory: "/nowhere", partitions: .default, listen: .unix(path: "/nowhere"))
        configuration.pendingDeliveriesMax = 1_000_000
        configuration.pendingBytesMax = 100_000_000
        return configuration
    }()

    struct Case: Sendable {
        let name: String
        let load: SweepPlan.Load
        let now: UInt64
        let expected: SweepPlan.Reason?
    }

    static let cases = [
        Case(name: "nothing", load: .init(), now: 99_000, expected: nil),
        Case(
            name: "little and young",
            load: .init(uncommittedDeliveries: 5, oldestMilliseconds: 1_000, pendingDeliveries: 5, pendingMailboxes: 5),
            now: 2_900, expected: nil),
        Case(
            name: "little after two seconds",
            load: .init(uncommittedDeliveries: 5, oldestMilliseconds: 1_000, pendingDeliveries: 5, pendingMailboxes: 5),
            now: 3_000, expected: .age),
        Case(
            name: "frames that concern nobody", load: .init(oldestMilliseconds: 1_000), now: 3_000, expected: .age),
        Case(
            name: "many mailboxes wait longer",
            load: .init(
                uncommittedDeliveries: 5_000, oldestMilliseconds: 1_000, pendingDeliveries: 5_000,
                pendingMailboxes: 5_000),
            now: 15_900, expected: nil),
        Case(
            name: "many mailboxes after the interval",
            load: .init(
                uncommittedDeliveries: 5_000, oldestMilliseconds: 1_000, pendingDeliveries: 5_000,
                pendingMailboxes: 5_000),
            now: 16_000, expected: .age),
        Case(
            name: "half of the deliveries",
            load: .init(
                uncommittedDeliveries: 500_000, oldestMilliseconds: 1_000, pendingDeliveries: 500_000,
                pendingMailboxes: 5_000),
            now: 1_001, expected: .memory),
        Case(
            name: "half of the bytes",
            load: .init(
                uncommittedDeliveries: 5, oldestMilliseconds: 1_000, pendingDeliveries: 5, pendingMailboxes: 5,
                pendingBytes: 50_000_000),
            now: 1_001, expected: .memory),
        Case(
            name: "too much to replay, though written",
            load: .init(
                uncommittedDeliveries: 1_500_000, oldestMilliseconds: 1_000, pendingDeliveries: 5, pendingMailboxes: 5),
            now: 1_001, expected: .replay),
    ]

    @Test(arguments: cases) func decides(_ scenario: Case) {
        let plan = SweepPlan(Self.configuration)
        #expect(plan.reason(scenario.load, now: scenario.now) == scenario.expected, "\(scenario.name)")
    }

    @Test func slowSweepsRestBetweenThem() {
        var plan = SweepPlan(Self.configuration)
        plan.succeeded(deliveries: 10, tookMilliseconds: 2_000)
        let load = SweepPlan.Load(
            uncommittedDeliveries: 5, oldestMilliseconds: 1_000, pendingDeliveries: 5, pendingMailboxes: 5)
        #expect(plan.reason(load, now: 8_900) == nil)
        #expect(plan.reason(load, now: 9_000) == .age)
        plan.succeeded(deliveries: 10, tookMilliseconds: 200_000)
        #expect(plan.reason(load, now: 61_000) == .age)
    }

    @Test func theReplayBoundFollowsTheMeasuredRate() {
        var plan = SweepPlan(Self.configuration)
        for _ in 0..<30 { plan.succeeded(deliveries: 100_000, tookMilliseconds: 5_000) }
        #expect((19_000...21_000).contains(plan.deliveriesPerSecond))
        let load = SweepPlan.Load(
            uncommittedDeliveries: 320_000, oldestMilliseconds: 1_000, pendingDeliveries: 320_000,
            pendingMailboxes: 5_000)
        #expect(plan.reason(load, now: 1_001) == .replay)
    }

    @Test func failuresBackOffAndSuccessEndsThat() {
        var plan = SweepPlan(Self.configuration)
        let load = SweepPlan.Load(
            uncommittedDeliveries: 900_000, oldestMilliseconds: 0, pendingDeliveries: 900_000, pendingMailboxes: 5_000)
        var waits: [UInt64] = []
        for _ in 0..<10 {
            plan.failed(now: 100_000, jitter: 0.5)
            waits.append((0...60_000).first { plan.reason(load, now: 100_000 + $0) != nil } ?? .max)
        }
        #expect(waits == waits.sorted() && waits[0] == 1_000 && waits[9] == 30_000)
        plan.succeeded(deliveries: 10, tookMilliseconds: 1)
        #expect(plan.reason(load, now: 100_000) == .memory)
    }
}
