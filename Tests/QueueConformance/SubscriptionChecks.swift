import HashRing
import Queue
import Testing

extension QueueConformance {
    static let subscriptionChecks: [ConformanceCheck] = [
        ConformanceCheck("a waiting reader is woken within 50 ms") { queue in
            let reader = try await queue.reader(of: "letters")
            try await queue.append([frame("warm up")], to: "letters")
            _ = try await reader.take(1)
            // What the engine does, not what else the machine is busy with: one quick round is enough.
            var fastest = Duration.seconds(10)
            for round in 0..<20 where fastest >= .milliseconds(50) {
                async let arrival = {
                    let frames = try await reader.next(maxBytes: 1 << 20, waitMilliseconds: 5000)
                    return (frames.map(\.text), ContinuousClock.now)
                }()
                try await Task.sleep(for: .milliseconds(20))
                try await queue.append([frame("wake \(round)")], to: "letters")
                let acknowledged = ContinuousClock.now
                let (texts, arrived) = try await arrival
                #expect(texts == ["wake \(round)"])
                fastest = min(fastest, acknowledged.duration(to: arrived))
            }
            #expect(fastest < .milliseconds(50))
        },
        ConformanceCheck("a reader waits as long as it said when there is nothing") { queue in
            let reader = try await queue.reader(of: "letters")
            let start = ContinuousClock.now
            #expect(try await reader.next(maxBytes: 1000, waitMilliseconds: 150).isEmpty)
            let waited = start.duration(to: .now)
            #expect(waited >= .milliseconds(145) && waited < .seconds(5))
            #expect(try await reader.next(maxBytes: 1000, waitMilliseconds: 0).isEmpty)
        },
        ConformanceCheck("maxBytes bounds what comes, but one frame always does") { queue in
            let bytes = [UInt8](repeating: 7, count: 10_000)
            let partition = PartitionIndex(rawValue: 0)
            for _ in 0..<10 { try await queue.append([.init(partition: partition, bytes: bytes)], to: "letters") }
            let reader = try await queue.reader(of: "letters")
            var count = 0
            while count < 4 {
                let frames = try await reader.next(maxBytes: 100, waitMilliseconds: 2000)
                #expect(frames.count == 1)
                count += frames.count
            }
            while count < 10 {
                let frames = try await reader.next(maxBytes: 25_000, waitMilliseconds: 2000)
                #expect((1...2).contains(frames.count))
                count += max(1, frames.count)
            }
        },
        ConformanceCheck("partitions are added and removed while frames come") { queue in
            try await queue.append([frame("a", in: 1), frame("b", in: 2)], to: "letters")
            let reader = try await queue.reader(of: "letters", partitions: [1])
            #expect(try await reader.take(1).map(\.text) == ["a"])
            try await reader.add(PartitionIndex(rawValue: 2), after: Cursor())
            #expect(try await reader.take(1).map(\.text) == ["b"])
            await reader.remove(PartitionIndex(rawValue: 1))
            try await queue.append([frame("not any more", in: 1), frame("c", in: 2)], to: "letters")
            #expect(try await reader.take(1).map(\.text) == ["c"])
            #expect(try await reader.next(maxBytes: 1000, waitMilliseconds: 50).isEmpty)
            try await reader.add(PartitionIndex(rawValue: 1), after: Cursor())
            #expect(try await reader.take(2).map(\.text) == ["a", "not any more"])
        },
        ConformanceCheck("a partition with a backlog does not starve the others") { queue in
            let bulk = (0..<400).map { _ in
                OutgoingFrame(partition: PartitionIndex(rawValue: 0), bytes: [UInt8](repeating: 1, count: 20_000))
            }
            try await queue.append(bulk, to: "letters")
            try await queue.append([frame("small", in: 1)], to: "letters")
            let reader = try await queue.reader(of: "letters", partitions: [0, 1])
            var before = 0
            var found = false
            while !found, before < 400 {
                let frames = try await reader.next(maxBytes: 200_000, waitMilliseconds: 2000)
                found = frames.contains { $0.text == "small" }
                before += frames.count
            }
            #expect(found && before < 300)
        },
        ConformanceCheck("several readers of several groups each get everything") { queue in
            try await queue.append((0..<50).map { frame("\($0)", in: UInt16($0 % 5)) }, to: "shared")
            for group in ["first", "second", "first"] {
                let reader = try await queue.reader(of: "shared", group: group, partitions: Array(0..<5))
                #expect(Set(try await reader.take(50).map(\.text)).count == 50)
                await reader.close()
            }
        },
        ConformanceCheck("a reader that comes again goes on behind its cursor") { queue in
            try await queue.append((0..<20).map { frame("\($0)") }, to: "letters")
            let first = try await queue.reader(of: "letters")
            let seen = Array(try await first.take(20).prefix(7))
            await first.close()
            let cursor = cursors(behind: seen)[PartitionIndex(rawValue: 0)] ?? Cursor()
            try await queue.append([frame("20")], to: "letters")
            let again = try await queue.reader(of: "letters", after: [0: cursor])
            #expect(try await again.take(14).map(\.text) == (7...20).map(String.init))
        },
        ConformanceCheck("ends name what can be fetched, and a reader that passes them has read everything") { queue in
            let partitions = (0..<4).map { PartitionIndex(rawValue: $0) }
            #expect(
                try await queue.ends(of: "letters", partitions: partitions).values.allSatisfy { $0.numbers.isEmpty })
            try await queue.append((0..<40).map { frame("\($0)", in: UInt16($0 % 4)) }, to: "letters")
            let ends = try await queue.ends(of: "letters", partitions: partitions)
            let reader = try await queue.reader(of: "letters", partitions: [0, 1, 2, 3])
            let reached = cursors(behind: try await reader.take(40))
            for partition in partitions {
                #expect(ends[partition]?.numbers.values.reduce(0, +) == 10)
                #expect(reached[partition] == ends[partition])
            }
        },
    ]
}
