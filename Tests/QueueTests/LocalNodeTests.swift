import DurableFiles
import Foundation
import HashRing
import Synchronization
import SegmentLog
import Testing

@testable import Queue

@Suite struct LocalNodeTests {
    private let zero = PartitionIndex(rawValue: 0)
    private let topics = [TopicSpec(name: "letters", groups: ["reader"])]

    private func key(_ stream: UInt64, in partition: UInt16 = 0) -> StreamKey {
        StreamKey(
            partition: PartitionIndex(rawValue: partition),
            stream: StreamID(openedUnixMilliseconds: stream, random: 1))
    }

    private func frames(_ key: StreamKey, _ numbers: ClosedRange<UInt64>) -> [NumberedFrame] {
        numbers.map { NumberedFrame(key: key, number: $0, bytes: Array("frame \($0)".utf8)) }
    }

    private func append(_ frames: [NumberedFrame], to node: some QueueNode) async -> Result<Void, QueueError> {
        await withCheckedContinuation { continuation in
            node.append(frames, topic: "letters") { continuation.resume(returning: $0) }
        }
    }

    private func code(_ result: Result<Void, QueueError>) -> QueueError.Code? {
        if case .failure(let error) = result { error.code } else { nil }
    }

    private func fetch(
        _ node: some QueueNode, after cursor: Cursor = Cursor(), maxBytes: Int = 1 << 20
    ) async throws -> [FetchedFrame] {
        try await node.fetch("letters", after: [zero: cursor], maxBytes: maxBytes, waitMilliseconds: 0)
    }

    @Test func aSecondNodeOnTheDirectoryIsRefusedAndToldWhoHasIt() async throws {
        try await withTemporaryDirectory { directory in
            let node = try await localNode("q1", in: directory)
            do {
                _ = try await localNode("q1", in: directory)
                Issue.record("opened twice")
            } catch let error as QueueError {
                #expect(error.code == .invalid)
                #expect(error.message.contains("\(directory)/q1") && error.message.contains("process \(getpid())"))
            }
            await node.close()
            try await localNode("q1", in: directory).close()
        }
    }

    @Test func onlyTheNextNumberIsTakenAndKnownOnesAreConfirmed() async throws {
        try await withTemporaryDirectory { directory in
            let node = try await localNode("q1", in: directory)
            #expect(code(await append(frames(key(1), 1...1), to: node)) == .unknownStream)
            try await node.open([key(1)], topic: "letters")
            try await node.open([key(1)], topic: "letters")
            #expect(code(await append(frames(key(1), 1...3), to: node)) == nil)
            #expect(code(await append(frames(key(1), 5...5), to: node)) == .unknownStream)
            #expect(code(await append(frames(key(1), 1...3), to: node)) == nil)
            #expect(code(await append(frames(key(1), 2...6), to: node)) == nil)
            #expect(try await fetch(node).map(\.number) == Array(1...6))
            #expect(
                try await node.streams(of: "letters", partitions: [zero]) == [
                    StreamState(key: key(1), first: 1, last: 6)
                ])
            await node.close()
            #expect(code(await append(frames(key(1), 7...7), to: node)) == .closed)
        }
    }

    @Test func framesSentAgainWhileTheyAreUnderWayAreConfirmedOnceStored() async throws {
        try await withTemporaryDirectory { directory in
            let node = try await localNode("q1", in: directory)
            try await node.open([key(1)], topic: "letters")
            let confirmed = Atomic<Int>(0)
            for _ in 0..<20 {
                for numbers: ClosedRange<UInt64> in [1...4, 3...4, 1...8] {
                    node.append(frames(key(1), numbers), topic: "letters") { result in
                        if case .success = result { confirmed.add(1, ordering: .relaxed) }
                    }
                }
            }
            while confirmed.load(ordering: .relaxed) < 60 { try await Task.sleep(for: .milliseconds(2)) }
            #expect(try await fetch(node).map(\.number) == Array(1...8))
            await node.close()
        }
    }

    @Test func nodeNumbersCursorsAndTermsOutliveARestart() async throws {
        try await withTemporaryDirectory { directory in
            var node = try await localNode("q1", in: directory)
            try await node.open([key(1), key(2)], topic: "letters")
            _ = await append(frames(key(1), 1...5) + frames(key(2), 1...2), to: node)
            try await node.announce(term: 4, topic: "letters", group: "reader", partition: zero)
            try await node.commit("letters", group: "reader", term: 4, cursors: [zero: Cursor([key(1).stream: 3])])
            await node.close()
            node = try await localNode("q1", in: directory)
            let known = try await node.committed("letters", group: "reader", partitions: [zero])
            #expect(known == [zero: Cursor([key(1).stream: 3])])
            #expect(try await fetch(node).map(\.number).sorted() == [1, 2, 4, 5])
            #expect(code(await append(frames(key(1), 6...6), to: node)) == nil)
            await #expect(throws: QueueError.self) {
                try await node.commit("letters", group: "reader", term: 3, cursors: [zero: Cursor()])
            }
            await node.close()
        }
    }

    @Test func drainedStreamsAreForgottenForGood() async throws {
        try await withTemporaryDirectory { directory in
            let time = Atomic<UInt64>(1_000_000)
            let make = { () throws -> LocalNode in
                try LocalNode(
                    name: "q1", directory: directory, topics: self.topics, configuration: smallLogs(),
                    files: PosixFileSystem(), now: { time.load(ordering: .relaxed) })
            }
            var node = try make()
            try await node.open([key(1), key(2)], topic: "letters")
            _ = await append(frames(key(1), 1...5) + frames(key(2), 1...2), to: node)
            let all = Cursor([key(1).stream: 5, key(2).stream: 2])
            try await node.commit("letters", group: "reader", term: 0, cursors: [zero: all])
            #expect(try await node.streams(of: "letters", partitions: [zero]).count == 2)
            time.add(600_001, ordering: .relaxed)
            try await node.commit("letters", group: "reader", term: 0, cursors: [zero: all])
            #expect(try await node.streams(of: "letters", partitions: [zero]).map(\.key) == [key(2)])
            #expect(code(await append(frames(key(1), 6...6), to: node)) == .unknownStream)
            await node.close()
            node = try make()
            #expect(try await node.streams(of: "letters", partitions: [zero]).map(\.key) == [key(2)])
            #expect(try await fetch(node).isEmpty)
            #expect(code(await append(frames(key(2), 3...3), to: node)) == nil)
            #expect(try await fetch(node).map(\.number) == [3])
            await node.close()
        }
    }

    @Test func statsTellDepthAndAge() async throws {
        try await withTemporaryDirectory { directory in
            let time = Atomic<UInt64>(1_000_000)
            let node = try LocalNode(
                name: "q1", directory: directory, topics: topics, configuration: smallLogs(),
                files: PosixFileSystem(), now: { time.load(ordering: .relaxed) })
            try await node.open([key(1)], topic: "letters")
            for number: UInt64 in 1...3 {
                _ = await append(frames(key(1), number...number), to: node)
                time.add(1000, ordering: .relaxed)
            }
            let before = try #require(try await node.stats().first)
            #expect(before.depthFrames == 3 && before.oldestAgeMilliseconds == 3000 && before.depthBytes >= 21)
            try await node.commit("letters", group: "reader", term: 0, cursors: [zero: Cursor([key(1).stream: 2])])
            let after = try #require(try await node.stats().first)
            #expect(after.depthFrames == 1 && after.oldestAgeMilliseconds == 1000)
            try await node.commit("letters", group: "reader", term: 0, cursors: [zero: Cursor([key(1).stream: 3])])
            let empty = try #require(try await node.stats().first)
            #expect(empty.depthFrames == 0 && empty.oldestAgeMilliseconds == 0 && empty.depthBytes == 0)
            await node.close()
        }
    }

    @Test func aFullLogSaysSoAndTakesFramesAgainOnceThereIsRoom() async throws {
        try await withTemporaryDirectory { directory in
            var configuration = SegmentLogConfiguration()
            configuration.segmentBytes = 1 << 20
            configuration.growthBytes = 1 << 20
            configuration.quotaBytes = 6 << 20
            let node = try LocalNode(name: "q1", directory: directory, topics: topics, configuration: configuration)
            try await node.open([key(1)], topic: "letters")
            var stored: UInt64 = 0
            let bytes = [UInt8](repeating: 9, count: 100_000)
            var refusal: QueueError.Code?
            while refusal == nil, stored < 100 {
                refusal = code(await append([NumberedFrame(key: key(1), number: stored + 1, bytes: bytes)], to: node))
                if refusal == nil { stored += 1 }
            }
            #expect(refusal == .full)
            #expect(stored > 10)
            try await node.commit("letters", group: "reader", term: 0, cursors: [zero: Cursor([key(1).stream: stored])])
            let deadline = ContinuousClock.now + .seconds(10)
            var opened: UInt64 = 1
            repeat {
                opened += 1
                _ = try? await node.open([key(opened)], topic: "letters")
                refusal = code(await append(frames(key(opened), 1...1), to: node))
            } while refusal != nil && ContinuousClock.now < deadline
            #expect(refusal == nil)
            await node.close()
        }
    }

    @Test(arguments: ["", "Upper", "../up", "a/b", ".hidden"])
    func aTopicHasANameThatIsSafeForADirectory(name: String) async throws {
        try await withTemporaryDirectory { directory in
            await #expect(throws: QueueError.self) {
                try await localNode("q1", in: directory, topics: [TopicSpec(name: name, groups: [])])
            }
            // The directory was given back.
            try await localNode("q1", in: directory).close()
        }
    }

    @Test func aFullTopicLeavesTheOthersAloneAndTakesFramesAgainOnceTheyAreDropped() async throws {
        try await withTemporaryDirectory { directory in
            let bounded = [
                TopicSpec(name: "letters", groups: ["reader"], quotaBytes: 1 << 20),
                TopicSpec(name: "cards", groups: ["reader"]),
            ]
            // What it wrote without a quota, in larger segments, stays readable with one.
            let free = try await localNode(
                "q1", in: directory, topics: [TopicSpec(name: "letters", groups: ["reader"])], configuration: .init())
            try await free.open([key(1)], topic: "letters")
            #expect(code(await append(frames(key(1), 1...10), to: free)) == nil)
            await free.close()

            let node = try await localNode("q1", in: directory, topics: bounded, configuration: .init())
            #expect(try await fetch(node).count == 10)
            try await node.commit("letters", group: "reader", term: 1, cursors: [zero: Cursor([key(1).stream: 10])])
            try await node.open([key(2)], topic: "letters")
            let big = [UInt8](repeating: 7, count: 20_000)
            var last: UInt64 = 0
            var refusal: QueueError.Code?
            while refusal == nil, last < 1_000 {
                refusal = code(
                    await append([NumberedFrame(key: key(2), number: last + 1, bytes: big)], to: node))
                if refusal == nil { last += 1 }
            }
            #expect(refusal == .full)
            #expect(last >= 5)
            try await node.open([key(3)], topic: "cards")
            let other: Result<Void, QueueError> = await withCheckedContinuation { continuation in
                node.append(frames(key(3), 1...100), topic: "cards") { continuation.resume(returning: $0) }
            }
            #expect(code(other) == nil)

            try await node.commit("letters", group: "reader", term: 1, cursors: [zero: Cursor([key(2).stream: last])])
            // What was refused broke its stream: its producer opens another one.
            let deadline = ContinuousClock.now + .seconds(10)
            var attempt: UInt64 = 10
            repeat {
                attempt += 1
                do throws(QueueError) {
                    try await node.open([key(attempt)], topic: "letters")
                    refusal = code(
                        await append([NumberedFrame(key: key(attempt), number: 1, bytes: big)], to: node))
                } catch {
                    refusal = error.code
                }
            } while refusal == .full && ContinuousClock.now < deadline
            #expect(refusal == nil)
            await node.close()
        }
    }
}
