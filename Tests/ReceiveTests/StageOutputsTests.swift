import HashRing
import Queue
import StatuscastModel
import Testing

@testable import Receive

@Suite struct StageOutputsTests {
    @Test func itemsOfAPartitionShareFramesInTheirOrder() throws {
        var outputs = StageOutputs()
        #expect(outputs.isEmpty)
        let partition = PartitionIndex(rawValue: 3)
        let items = (0..<30).map { [UInt8](repeating: UInt8($0), count: 100_000) }
        for item in items { outputs.add(item, to: "t", partition) }
        outputs.add([1], to: "t", PartitionIndex(rawValue: 4))
        outputs.add([2], to: "u", partition)
        #expect(outputs.bytes == 3_000_002)
        let frames = outputs.frames()
        #expect(frames.map(\.topic).sorted() == ["t", "u"])
        let first = try #require(frames.first { $0.topic == "t" }).frames
        #expect(first.count == 4, "three of at most a mebibyte, and one of the other partition")
        let read = try first.filter { $0.partition == partition }.flatMap {
            try ItemBatch.items(of: $0.bytes).map(Array.init)
        }
        #expect(read == items)
    }
}
