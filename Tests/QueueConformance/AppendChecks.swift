import HashRing
import Queue
import Testing

extension QueueConformance {
    static let appendChecks: [ConformanceCheck] = [
        ConformanceCheck("what was acknowledged can be fetched at once") { queue in
            for index in 0..<20 {
                try await queue.append([frame("\(index)", in: 3)], to: "letters")
                let end = try await queue.ends(of: "letters", partitions: [PartitionIndex(rawValue: 3)])
                let numbers = end[PartitionIndex(rawValue: 3)]?.numbers.values.reduce(0, +)
                #expect(numbers == UInt64(index + 1))
            }
            let frames = try await queue.reader(of: "letters", partitions: [3]).take(20)
            #expect(frames.map(\.text) == (0..<20).map(String.init))
        },
        ConformanceCheck("frames of a partition come in the order of the calls, numbered without a gap") { queue in
            for call in 0..<30 {
                try await queue.append((0..<5).map { frame("\(call).\($0)", in: 1) }, to: "letters")
            }
            let frames = try await queue.reader(of: "letters", partitions: [1]).take(150)
            #expect(frames.map(\.text) == (0..<30).flatMap { call in (0..<5).map { "\(call).\($0)" } })
            #expect(frames.map(\.number) == Array(1...150))
            #expect(Set(frames.map(\.stream)).count == 1)
        },
        ConformanceCheck("many callers at once lose nothing and keep their own order") { queue in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<20 {
                    group.addTask {
                        for index in 0..<20 {
                            try await queue.append([frame("\(caller).\(index)", in: UInt16(caller % 4))], to: "letters")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let frames = try await queue.reader(of: "letters", partitions: [0, 1, 2, 3]).take(400)
            #expect(Set(frames.map(\.text)).count == 400)
            for caller in 0..<20 {
                let own = frames.map(\.text).filter { $0.hasPrefix("\(caller).") }
                #expect(own == (0..<20).map { "\(caller).\($0)" })
            }
        },
        ConformanceCheck("one call spreads over many partitions") { queue in
            try await queue.append((0..<256).map { frame("p\($0)", in: UInt16($0)) }, to: "letters")
            let reader = try await queue.reader(of: "letters", partitions: Array(0..<256))
            let frames = try await reader.take(256)
            #expect(frames.allSatisfy { $0.text == "p\($0.partition)" })
            #expect(Set(frames.map(\.partition)).count == 256)
        },
        ConformanceCheck("big frames come back whole, among small ones") { queue in
            let big = (0..<QueueLimits.frameBytes).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let partition = PartitionIndex(rawValue: 0)
            try await queue.append(
                [frame("before"), OutgoingFrame(partition: partition, bytes: big), frame("after")], to: "letters")
            let frames = try await queue.reader(of: "letters").take(3)
            #expect(frames.first?.text == "before" && frames.last?.text == "after")
            guard case .bytes(let bytes)? = frames.dropFirst().first?.content else {
                Issue.record("no bytes")
                return
            }
            #expect(bytes == big)
        },
        ConformanceCheck("append waits while too much is outstanding, and goes on", smallOutstanding) { queue in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<32 {
                    group.addTask {
                        let bytes = [UInt8](repeating: UInt8(index), count: 60_000)
                        try await queue.append(
                            [OutgoingFrame(partition: PartitionIndex(rawValue: UInt16(index % 2)), bytes: bytes)],
                            to: "letters")
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await queue.reader(of: "letters", partitions: [0, 1]).take(32).count == 32)
        },
        ConformanceCheck("an append that nobody waits for any more does not break the others") { queue in
            for round in 0..<20 {
                let cancelled = Task { try await queue.append([frame("cancelled")], to: "letters") }
                async let other: Void = queue.append([frame("other \(round)")], to: "letters")
                cancelled.cancel()
                try await other
                _ = await cancelled.result
            }
            try await queue.append([frame("last")], to: "letters")
            let reader = try await queue.reader(of: "letters")
            var texts: [String] = []
            while texts.last != "last" { texts += try await reader.take(1).map(\.text) }
            #expect(texts.filter { $0.hasPrefix("other") }.count == 20)
        },
    ]

    private static let smallOutstanding = {
        var requirements = ConformanceRequirements()
        requirements.outstandingBytesMax = 100_000
        return requirements
    }()
}
