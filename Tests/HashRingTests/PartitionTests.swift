import HashRing
import Testing

@Suite struct PartitionTests {
    @Test(arguments: [
        ("", 0xEFD0_1F60_BA99_2926 as UInt64), ("home/12", 0xAFA0_ECB4_7FD1_A225), ("tag/swift", 0x8B73_944D_DB5C_2E43),
    ])
    func hashesNeverChange(text: String, expected: UInt64) {
        #expect(StableHash.hash(text) == expected, "got 0x\(String(StableHash.hash(text), radix: 16))")
    }

    @Test func countIsAPowerOfTwoUpTo4096() {
        #expect(PartitionCount(rawValue: 0) == nil)
        #expect(PartitionCount(rawValue: 3) == nil)
        #expect(PartitionCount(rawValue: 8192) == nil)
        #expect(PartitionCount(rawValue: 1)?.all.count == 1)
        #expect(PartitionCount(rawValue: 4096)?.all.count == 4096)
    }

    @Test func doublingSplitsAPartitionInTwo() throws {
        let small = try #require(PartitionCount(rawValue: 32))
        let large = try #require(PartitionCount(rawValue: 64))
        for value in 0..<1000 {
            let hash = StableHash.hash("home/\(value)")
            let before = small.partition(ofHash: hash).rawValue
            #expect([before, before + 32].contains(large.partition(ofHash: hash).rawValue))
        }
    }
}
