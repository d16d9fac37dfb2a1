import HashRing
import Queue
import Testing

extension QueueConformance {
    static let refusalChecks: [ConformanceCheck] = [
        ConformanceCheck("frames outside of the limits are invalid") { queue in
            let partition = PartitionIndex(rawValue: 0)
            let tooBig = OutgoingFrame(
                partition: partition, bytes: [UInt8](repeating: 0, count: QueueLimits.frameBytes + 1))
            let empty = OutgoingFrame(partition: partition, bytes: [])
            let tooMany = (0...QueueLimits.framesPerAppend).map { _ in frame("x") }
            for frames in [[tooBig], [empty], [frame("fine"), empty], tooMany] {
                let refused = await code { () async throws(QueueError) in
                    try await queue.append(frames, to: "letters")
                }
                #expect(refused == .invalid)
            }
            try await queue.append([], to: "letters")
            try await queue.append([frame("a")], to: "letters")
            #expect(try await queue.reader(of: "letters").take(1).map(\.text) == ["a"])
        },
        ConformanceCheck("a topic or group that does not exist is invalid") { queue in
            let zero = PartitionIndex(rawValue: 0)
            let codes = [
                await code { () async throws(QueueError) in try await queue.append([frame("a")], to: "nowhere") },
                await code { () async throws(QueueError) in
                    _ = try await queue.subscribe(to: "nowhere", group: "reader")
                },
                await code { () async throws(QueueError) in _ = try await queue.ends(of: "nowhere", partitions: [zero])
                },
                await code { () async throws(QueueError) in
                    _ = try await queue.committed("letters", group: "nobody", partitions: [zero])
                },
                await code { () async throws(QueueError) in
                    try await queue.commit("letters", group: "nobody", term: 0, cursors: [zero: Cursor()])
                },
                await code { () async throws(QueueError) in
                    try await queue.announce(term: 1, topic: "nowhere", group: "reader", partition: zero)
                },
            ]
            #expect(codes == Array(repeating: .invalid, count: codes.count))
        },
        ConformanceCheck("a closed queue says so") { queue in
            try await queue.append([frame("a")], to: "letters")
            let reader = try await queue.reader(of: "letters")
            let closed = try await queue.reader(of: "letters")
            await closed.close()
            let afterOwnClose = await code { () async throws(QueueError) in
                _ = try await closed.next(maxBytes: 1000, waitMilliseconds: 1000)
            }
            #expect(afterOwnClose == .closed)
            await queue.close()
            let append = await code { () async throws(QueueError) in
                try await queue.append([frame("b")], to: "letters")
            }
            #expect(append == .closed)
            let next = await code { () async throws(QueueError) in
                // What was fetched before the end may still come, or not.
                while true { _ = try await reader.next(maxBytes: 1000, waitMilliseconds: 1000) }
            }
            #expect(next == .closed)
            await queue.close()
        },
    ]
}
