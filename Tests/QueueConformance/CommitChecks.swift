import HashRing
import Queue
import Testing

extension QueueConformance {
    private static let zero = PartitionIndex(rawValue: 0)

    static let commitChecks: [ConformanceCheck] = [
        ConformanceCheck("committed says what was committed and nothing more") { queue in
            #expect(
                try await queue.committed("letters", group: "reader", partitions: [zero])[zero] ?? Cursor() == Cursor())
            try await queue.append((0..<10).map { frame("\($0)") }, to: "letters")
            let frames = try await queue.reader(of: "letters").take(10)
            let half = cursors(behind: Array(frames.prefix(5)))
            try await queue.commit("letters", group: "reader", term: 0, cursors: half)
            #expect(try await queue.committed("letters", group: "reader", partitions: [zero]) == half)
            // An older commit that comes late takes nothing back.
            let less = cursors(behind: Array(frames.prefix(2)))
            try await queue.commit("letters", group: "reader", term: 0, cursors: less)
            #expect(try await queue.committed("letters", group: "reader", partitions: [zero]) == half)
        },
        ConformanceCheck("a frame stays until every group has committed it") { queue in
            try await queue.append((0..<10).map { frame("\($0)") }, to: "shared")
            let frames = try await queue.reader(of: "shared", group: "first").take(10)
            try await queue.commit("shared", group: "first", term: 0, cursors: cursors(behind: frames))
            let second = try await queue.reader(of: "shared", group: "second")
            #expect(try await second.take(10).count == 10)
            try await queue.commit("shared", group: "second", term: 0, cursors: cursors(behind: frames))
            try await eventually("both groups are at the end") {
                try await queue.stats().filter { $0.topic == "shared" }.allSatisfy { $0.depthFrames == 0 }
            }
            // What is read after that is only what came after that.
            try await queue.append([frame("new")], to: "shared")
            let rest = try await queue.reader(of: "shared", group: "second").take(1)
            #expect(rest.last?.text == "new")
        },
        ConformanceCheck("stats count what a group has not committed") { queue in
            try await queue.append((0..<8).map { frame("\($0)", in: UInt16($0)) }, to: "shared")
            let depth = { (group: String) async throws -> UInt64 in
                try await queue.stats().filter { $0.topic == "shared" && $0.group == group }
                    .reduce(0) { $0 + $1.depthFrames }
            }
            #expect(try await depth("first") == 8)
            let frames = try await queue.reader(of: "shared", group: "first", partitions: [0, 1, 2]).take(3)
            try await queue.commit("shared", group: "first", term: 0, cursors: cursors(behind: frames))
            try await eventually("three frames fewer") { try await depth("first") == 5 }
            #expect(try await depth("second") == 8)
            #expect(try await queue.stats().contains { $0.group == "second" && $0.depthBytes > 0 })
        },
        ConformanceCheck("a commit of a lower term is refused once a higher one is announced") { queue in
            try await queue.append([frame("a"), frame("b", in: 1)], to: "letters")
            let read = cursors(behind: try await queue.reader(of: "letters", partitions: [0, 1]).take(2))
            let own = read.filter { $0.key == zero }
            let other = read.filter { $0.key != zero }
            try await queue.announce(term: 7, topic: "letters", group: "reader", partition: zero)
            for term: UInt64 in [0, 6] {
                let refused = await code { () async throws(QueueError) in
                    try await queue.commit("letters", group: "reader", term: term, cursors: own)
                }
                #expect(refused == .staleTerm)
            }
            #expect(
                try await queue.committed("letters", group: "reader", partitions: [zero])[zero] ?? Cursor() == Cursor())
            let lower = await code { () async throws(QueueError) in
                try await queue.announce(term: 6, topic: "letters", group: "reader", partition: zero)
            }
            #expect(lower == .staleTerm)
            try await queue.announce(term: 7, topic: "letters", group: "reader", partition: zero)
            try await queue.commit("letters", group: "reader", term: 7, cursors: own)
            // Terms are kept by partition.
            try await queue.commit("letters", group: "reader", term: 0, cursors: other)
            #expect(try await queue.committed("letters", group: "reader", partitions: [zero]) == own)
        },
    ]
}
