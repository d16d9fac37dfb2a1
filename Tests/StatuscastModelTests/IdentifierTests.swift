import StatuscastModel
import Testing

struct IdentifierTests {
    @Test func partsComeBackOut() {
        let id = StatusID(unixMilliseconds: 1_790_000_000_123, node: 1023, sequence: 63)
        #expect(id.unixMilliseconds == 1_790_000_000_123)
        #expect(id.node == 1023)
        #expect(id.sequence == 63)
        #expect(StatusID(id.description) == id)
    }

    @Test func laterIsGreater() {
        let early = StatusID(unixMilliseconds: 5, node: 1023, sequence: 63)
        let late = StatusID(unixMilliseconds: 6, node: 0, sequence: 0)
        #expect(early < late)
    }

    @Test(arguments: [
        "", "0", "01", "-1", "+1", "1.0", "1e5", " 1", "1 ", "abc", "１２", "9223372036854775808",
        "99999999999999999999", "18446744073709551617",
    ])
    func whatIsNoIdentifierIsRefused(text: String) {
        #expect(StatusID(text) == nil)
    }

    @Test func theLargestIsRead() {
        #expect(StatusID("9223372036854775807")?.rawValue == UInt64(Int64.max))
    }
}
