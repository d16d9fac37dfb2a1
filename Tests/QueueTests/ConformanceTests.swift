import Queue
import QueueConformance
import Testing

@Suite struct ConformanceTests {
    @Test(.timeLimit(.minutes(1)), arguments: QueueConformance.checks)
    func oneLocalNode(check: ConformanceCheck) async throws {
        try await withTemporaryDirectory { directory in
            try await check.run { try await ringQueue(["q1"], in: directory, requirements: $0) }
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: QueueConformance.checks)
    func threeLocalNodes(check: ConformanceCheck) async throws {
        try await withTemporaryDirectory { directory in
            try await check.run { try await ringQueue(["q1", "q2", "q3"], in: directory, requirements: $0) }
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: QueueConformance.membershipChecks)
    func localNodesThatComeAndGo(check: MembershipCheck) async throws {
        try await withTemporaryDirectory { directory in
            try await check.run(
                ChangingRing(["q1", "q2", "q3"]) { name in
                    let node = try await localNode(name, in: directory)
                    return (node, node)
                })
        }
    }
}
