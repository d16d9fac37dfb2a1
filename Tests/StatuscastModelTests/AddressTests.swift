import HashRing
import StatuscastModel
import Testing

struct AddressTests {
    @Test(arguments: [
        Address.home(AccountID(rawValue: 7)), .outbox(AccountID(rawValue: 7)), .notifications(AccountID(rawValue: 7)),
        .list(ListID(rawValue: 9)), .tag("swift"), .tag("a/b"), .public, .tombstones,
    ])
    func writtenFormIsReadBack(address: Address) {
        #expect(Address(address.description) == address)
    }

    @Test(arguments: ["", "home", "home/", "home/x", "tag/", "nobody/1", "public/1", "outbox/0", "/"])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(Address(text) == nil)
    }

    @Test func allMailboxesOfAnAccountLieInOnePartition() {
        let account = AccountID(rawValue: 123_456_789)
        let partitions = [Address.home(account), .outbox(account), .notifications(account)].map {
            PartitionCount.default.partition(of: $0)
        }
        #expect(Set(partitions).count == 1)
        #expect(partitions[0] == PartitionCount.default.partition(of: account))
    }

    /// Partitions and paths hang on these numbers: they must be the same in every release.
    @Test func hashesNeverChange() {
        #expect(StableHash.hash("") == 0xEFD0_1F60_BA99_2926)
        #expect(Address.public.hash == StableHash.hash("public"))
        #expect(Address.tag("swift").hash == StableHash.hash("tag/swift"))
    }

    @Test func doublingSplitsAPartitionInTwo() throws {
        let double = try #require(PartitionCount(rawValue: 64))
        for number in 1...1000 {
            let account = AccountID(rawValue: UInt64(number))
            let before = PartitionCount.default.partition(of: account).rawValue
            let after = double.partition(of: account).rawValue
            #expect(after == before || after == before + 32)
        }
    }

    @Test(arguments: [0, 3, 33, 8192, -1])
    func countsThatAreNoPowersOfTwoAreRefused(count: Int) {
        #expect(PartitionCount(rawValue: count) == nil)
    }
}
