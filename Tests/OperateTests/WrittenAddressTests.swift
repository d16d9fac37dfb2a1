import StatuscastModel
import Testing

@testable import Operate

struct WrittenAddressTests {
    @Test(arguments: [
        ("alice", WrittenAddress.account("alice")), ("@alice", .account("@alice")),
        ("home/alice", .mailbox(.home, of: "alice")), ("outbox/12", .mailbox(.outbox, of: "12")),
        ("notifications/@Bob", .mailbox(.notifications, of: "@Bob")), ("public", .shared(.public)),
        ("tombstones", .shared(.tombstones)), ("tag/Swift", .shared(.tag("swift"))),
        ("tag/#swift", .shared(.tag("swift"))),
    ])
    func whatPeopleWriteIsUnderstood(written: String, meant: WrittenAddress) {
        #expect(WrittenAddress(argument: written) == meant)
    }

    @Test(arguments: ["", "/", "home/", "tag/", "tag/a b", "inbox/alice", "public/x"])
    func whatIsNoAddressIsRefused(written: String) {
        #expect(WrittenAddress(argument: written) == nil)
    }
}

struct NearestNameTests {
    @Test(
        arguments: [
            ("alcie", "alice"), ("allice", "alice"), ("Alic", "alice"), ("alise", "alice"), ("bob", "bob"),
            ("bb", "bob"),
            ("zebra", nil), ("", nil),
        ] as [(String, String?)])
    func theNearestNameIsFoundOrNone(written: String, nearest: String?) {
        #expect(NearestName.of(written, among: ["alice", "bob", "albertina"]) == nearest)
    }

    @Test func slipsAreCounted() {
        #expect(NearestName.slips("abcd", "abcd") == 0)
        #expect(NearestName.slips("abdc", "abcd") == 1)
        #expect(NearestName.slips("", "abc") == 3)
        #expect(NearestName.slips("kitten", "sitting") == 3)
    }
}
