import DeadLetters
import HashRing
import Queue
import Settings
import StatuscastModel
import Testing

@testable import Operate

@Suite struct LetterFramesTests {
    private let frames = LetterFrames(cluster: ClusterFile())

    private func letter(
        _ bytes: [UInt8], _ content: DeadLetter.Content?, topic: String = "receive", lane: String? = nil,
        partition: UInt16 = 3, address: String? = nil, id: UInt64? = nil
    ) -> DeadLetter {
        DeadLetter(
            stage: "x", topic: topic, lane: lane, partition: partition, address: address, id: id, content: content,
            reason: "", unixMilliseconds: 1, bytes: bytes[...])
    }

    @Test func anItemIsFramedAndAFrameIsNot() throws {
        let frame = ItemBatch.encoded([[9, 9]])
        for (bytes, content) in [([9, 9], .item), (frame, .frame), ([9, 9], nil), (frame, nil)]
            as [([UInt8], DeadLetter.Content?)]
        {
            let made = try frames.frames(of: letter(bytes, content))
            #expect(made.map(\.bytes) == [frame] && made.map(\.partition.rawValue) == [3])
        }
    }

    @Test func anItemThatStrayedGoesWhereItsAddressesAre() throws {
        let count = PartitionCount.default
        let addresses = (1...9).map { Address.home(AccountID(rawValue: $0)) }
        let item = DeliveryItem(
            id: 5, author: AccountID(rawValue: 1), toFollowers: true, addresses: addresses, record: [1])
        let made = try frames.frames(of: letter(item.encoded(), .item, topic: "deliver.normal", lane: "normal"))
        var seen: [Address] = []
        for frame in made {
            for bytes in try ItemBatch.items(of: frame.bytes) {
                let part = try DeliveryItem(decoding: bytes)
                #expect(part.addresses.allSatisfy { count.partition(of: $0) == frame.partition })
                #expect(part.toFollowers == (frame.partition.rawValue == 3))
                seen += part.addresses
            }
        }
        #expect(Set(seen) == Set(addresses) && seen.count == 9)
        #expect(made.contains { $0.partition.rawValue == 3 })
    }

    @Test func whatHasNowhereToGoIsRefused() {
        for letter in [
            letter([], .frame), letter([1], .item, topic: "none"), letter([1], .item, partition: 32),
            letter([1], .item, topic: "accounts", partition: 1), letter([1], .record, address: "nobody", id: 1),
            letter([1], .record, address: "home/12"),
        ] {
            #expect(throws: LetterFrames.Refusal.self) { try frames.frames(of: letter) }
        }
    }

    @Test func bytesAreShownAsHexdumpDoes() {
        let lines = HexDump.lines((Array(0...15) + Array("Hi~".utf8))[...])
        #expect(
            lines == [
                "00000000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  ................",
                "00000010  48 69 7e" + String(repeating: " ", count: 39) + "  Hi~",
            ])
    }
}
