internal import API
internal import Deliver
internal import OperatorEndpoint
internal import Queue
internal import Receive
internal import Store

extension ReadinessCheck {
    static func deliver(_ role: DeliverRole, lane: String) -> ReadinessCheck {
        ReadinessCheck("deliver \(lane)") {
            let health = role.health
            var reasons: [String] = []
            if health.heldPartitions == 0 { reasons.append("holds no partition; others may") }
            if health.catchingUp > 0 { reasons.append("\(health.catchingUp) partitions are catching up") }
            if let trouble = health.trouble { reasons.append("the last sweep failed: \(trouble)") }
            return Readiness(
                reasons: reasons,
                facts: [
                    "held_partitions": "\(health.heldPartitions)",
                    "pending_deliveries": "\(health.pendingDeliveries)",
                ])
        }
    }

    static func receive(_ role: ReceiveRole) -> ReadinessCheck {
        ReadinessCheck("receive") {
            let held = role.health.heldPartitions
            let isIdle = held.values.allSatisfy { $0 == 0 }
            return Readiness(
                reasons: isIdle ? ["holds no partition; others may"] : [],
                facts: Dictionary(held.map { ("\($0)_partitions", "\($1)") }, uniquingKeysWith: { first, _ in first }))
        }
    }

    static func store(_ role: StoreRole) -> ReadinessCheck {
        ReadinessCheck("store") {
            let health = role.health
            if !health.isOpen { return Readiness(reasons: ["the store is not open, or another process has its lease"]) }
            return Readiness(
                reasons: health.isCaughtUp ? [] : ["has not read the topic accounts to its end: no change is judged"])
        }
    }

    static func front(_ role: APIRole) -> ReadinessCheck {
        ReadinessCheck("api") {
            let health = await role.health()
            return Readiness(reasons: health.reasons, facts: ["store": health.storeAnswers ? "answers" : "away"])
        }
    }

    static func queueNode(_ node: LocalNode) -> ReadinessCheck {
        ReadinessCheck("queue") {
            let facts = ["name": node.name, "damaged_places": "\(node.damage.count)"]
            do {
                _ = try await node.stats()
                return Readiness(facts: facts)
            } catch {
                return Readiness(reasons: ["the node does not answer: \(error)"], facts: facts)
            }
        }
    }

    /// At least one node answers within a second.
    static func queue(_ queue: any Queue) -> ReadinessCheck {
        ReadinessCheck("queue") {
            await withTaskGroup(of: Readiness.self) { group in
                group.addTask {
                    do {
                        let nodes = Set(try await queue.stats().map(\.node)).sorted()
                        return Readiness(facts: ["nodes_that_answer": nodes.joined(separator: ",")])
                    } catch {
                        return Readiness(reasons: ["the queue does not answer: \(error)"])
                    }
                }
                group.addTask {
                    try? await Task.sleep(for: .seconds(1))
                    return Readiness(reasons: ["the queue does not answer within a second"])
                }
                defer { group.cancelAll() }
                return await group.next() ?? Readiness()
            }
        }
    }
}
