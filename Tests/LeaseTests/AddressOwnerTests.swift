import StatuscastModel
import Testing

@Suite struct AddressOwnerTests {
    @Test(arguments: [
        (Address.home(AccountID(rawValue: 12)), "account-12"), (.outbox(AccountID(rawValue: 12)), "account-12"),
        (.list(ListID(rawValue: 3)), "list-3"), (.tag("swift"), "tag-swift"), (.tag("a/b"), "tag-a%2fb"),
        (.tag(".."), "tag-%2e%2e"),
        (.tag("größe"), "tag-gr%c3%b6%c3%9fe"), (.tag("a\nb"), "tag-a%0ab"), (.public, "public"),
        (.tombstones, "tombstones"),
    ]) func ownersAreFileNames(address: Address, owner: String) {
        #expect(address.owner == owner)
    }

    @Test func longTagsStayShortAndApart() {
        let names = (0..<50).map { Address.tag(String(repeating: "日本", count: 60) + "\($0)").owner }
        #expect(Set(names).count == 50)
        #expect(names.allSatisfy { $0.utf8.count <= 200 })
    }
}
