/// What a role says of itself when somebody asks whether it does its work.
public struct Readiness: Sendable, Hashable {
    /// Why it does not, in words for an operator; empty while it does.
    public var reasons: [String]
    /// What else is worth knowing, by name.
    public var facts: [String: String]

    public init(reasons: [String] = [], facts: [String: String] = [:]) {
        self.reasons = reasons
        self.facts = facts
    }
}

/// One part of a process and how to ask it. `ask` answers within a second or so; it may be called at any time and by
/// several at once.
public struct ReadinessCheck: Sendable {
    public let name: String
    public let ask: @Sendable () async -> Readiness

    public init(_ name: String, _ ask: @escaping @Sendable () async -> Readiness) {
        self.name = name
        self.ask = ask
    }
}

/// The answer of `/health/ready`: the process is ready when all its parts are.
struct ReadinessReport: Encodable {
    struct Part: Encodable {
        var ready: Bool
        var reasons: [String]
        var facts: [String: String]
    }

    var ready: Bool
    var parts: [String: Part]

    static func make(_ checks: [ReadinessCheck]) async -> ReadinessReport {
        let parts = await withTaskGroup(of: (String, Readiness).self) { group in
            for check in checks { group.addTask { (check.name, await check.ask()) } }
            return await group.reduce(into: [String: Part]()) { parts, answer in
                let (name, readiness) = answer
                parts[name] = Part(
                    ready: readiness.reasons.isEmpty, reasons: readiness.reasons, facts: readiness.facts)
            }
        }
        return ReadinessReport(ready: parts.values.allSatisfy(\.ready), parts: parts)
    }
}
