public import Queue
public import Testing

/// What the engine under test must be set up with for one check.
public struct ConformanceRequirements: Sendable {
    public var topics: [TopicSpec] = QueueConformance.topics
    /// Most bytes that may be outstanding before `append` waits.
    public var outstandingBytesMax = 64 << 20

    public init() {}
}

/// One promise of the queue seam, to be run against a fresh and empty engine.
public struct ConformanceCheck: Sendable, CustomTestStringConvertible {
    public let name: String
    public let requirements: ConformanceRequirements
    let body: @Sendable (any Queue) async throws -> Void

    public var testDescription: String { name }

    init(
        _ name: String, _ requirements: ConformanceRequirements = .init(),
        body: @escaping @Sendable (any Queue) async throws -> Void
    ) {
        self.name = name
        self.requirements = requirements
        self.body = body
    }

    /// Makes an engine, runs the check over it and closes it. Failures are recorded as issues of the running test.
    public func run(_ make: (ConformanceRequirements) async throws -> any Queue) async throws {
        let queue = try await make(requirements)
        do {
            try await body(queue)
        } catch {
            await queue.close()
            throw error
        }
        await queue.close()
    }
}

/// The checks that every engine of the seam passes. In an engine's tests:
///
///     @Test(arguments: QueueConformance.checks)
///     func myEngine(check: ConformanceCheck) async throws {
///         try await check.run { requirements in … }
///     }
public enum QueueConformance {
    public static let topics = [
        TopicSpec(name: "letters", groups: ["reader"]),
        TopicSpec(name: "shared", groups: ["first", "second"]),
    ]

    public static let checks: [ConformanceCheck] =
        appendChecks + subscriptionChecks + commitChecks + refusalChecks
}
