import HashRing
import Mailbox
import SocialGraph
import StatuscastModel
import Testing

@testable import Receive

@Suite struct JudgeTests {
    private let partition = PartitionIndex(rawValue: 0)

    private func judge(keysMax: Int = 100) -> Judge {
        Judge(host: "example.org", lanes: LaneRule(bulkFollowersAbove: 3)) {
            IdempotencyMemory(milliseconds: 1_000, countMax: keysMax)
        }
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let draft: StatusDraft
        let reason: String
    }

    static let refusals = [
        Refusal(
            testDescription: "suspended author", draft: StatusDraft(id: World.status(1), author: World.eve, text: "x"),
            reason: "the author is suspended"),
        Refusal(
            testDescription: "text over the limit",
            draft: StatusDraft(
                id: World.status(1), author: World.ada, text: String(repeating: "x", count: Limits.statusBytes + 1)),
            reason: "the text is too long"),
        Refusal(
            testDescription: "spoiler over the limit",
            draft: StatusDraft(
                id: World.status(1), author: World.ada, text: "x",
                spoiler: String(repeating: "x", count: Limits.spoilerBytes + 1)),
            reason: "the content warning is too long"),
        Refusal(
            testDescription: "NUL", draft: StatusDraft(id: World.status(1), author: World.ada, text: "a\0b"),
            reason: "the text holds NUL"),
    ]

    @Test(arguments: refusals) func whatMustNotGoOnIsRefusedWithAReason(_ refusal: Refusal) {
        var judge = judge()
        let verdict = judge.verdict(on: .post(refusal.draft), of: partition, knowing: World.directory())
        #expect(
            verdict
                == .refused(RefusedStatus(id: refusal.draft.id, author: refusal.draft.author, reason: refusal.reason)))
    }

    @Test func anAcceptedStatusCarriesItsRecord() throws {
        let draft = StatusDraft(
            id: World.status(1_700_000_000_123, 5), author: World.ada, visibility: .unlisted, sensitive: true,
            inReplyTo: World.status(1_600_000_000_000), inReplyToAccount: World.bob,
            text: "From here, @BOB and @nobody and @ada: #Swift\nFrom there", spoiler: "plot", language: "en",
            applicationName: "toot", applicationWebsite: "https://toot.example")
        var judge = judge()
        let verdict = judge.verdict(on: .post(draft), of: partition, knowing: World.directory())
        guard case .accepted(let status) = verdict else {
            Issue.record("not accepted: \(verdict)")
            return
        }
        #expect(status.id == draft.id)
        #expect(status.mentions == [World.bob, World.ada])
        #expect(status.tags == ["swift"])
        let parsed = try RecordFormat.parse(status.record)
        #expect(parsed.id == draft.id.rawValue)
        #expect(parsed.unixMilliseconds == 1_700_000_000_123)
        let record = try StatusRecord(id: parsed.id, text: parsed.body, header: parsed.header)
        #expect(record.text == draft.text)
        #expect(record.author == World.ada)
        #expect(record.visibility == .unlisted)
        #expect(record.sensitive)
        #expect(record.spoiler == "plot")
        #expect(record.language == "en")
        #expect(record.inReplyTo == draft.inReplyTo)
        #expect(record.inReplyToAccount == World.bob)
        #expect(record.mentions.map(\.username) == ["bob", "Ada"])
        #expect(record.applicationName == "toot" && record.applicationWebsite == "https://toot.example")
        #expect(parsed.header("From")?.contains("Ada") == true)
    }

    @Test func anAuthorWhoIsNotKnownYetIsAccepted() {
        var judge = judge()
        let draft = StatusDraft(id: World.status(1), author: AccountID(rawValue: 77), text: "x")
        guard case .accepted = judge.verdict(on: .post(draft), of: partition, knowing: World.directory()) else {
            Issue.record("refused")
            return
        }
    }

    @Test func aDeleteGoesOn() {
        var judge = judge()
        let delete = StatusDelete(event: EventID(rawValue: 9), status: World.status(1), author: World.ada)
        #expect(judge.verdict(on: .delete(delete), of: partition, knowing: World.directory()) == .deleted(delete))
    }

    /// Moment and sequence of the id, the key, and whether it is an alias of which earlier step.
    @Test func aKeyIsAnAliasOfItsFirstStatusForItsTime() {
        var judge = judge()
        let steps: [(id: StatusID, author: AccountID, key: String, aliasOf: StatusID?)] = [
            (World.status(5_000), World.ada, "k", nil),
            (World.status(5_100), World.ada, "k", World.status(5_000)),
            (World.status(5_000), World.ada, "k", nil),  // a replay of the first
            (World.status(5_100), World.ada, "k", World.status(5_000)),  // and of the second
            (World.status(5_200), World.bob, "k", nil),
            (World.status(5_300), World.ada, "other", nil),
            (World.status(5_400), World.ada, "", nil),
            (World.status(5_500), World.ada, "", nil),
            (World.status(6_000), World.ada, "k", World.status(5_000)),
            (World.status(6_001), World.ada, "k", nil),  // the time is over
            (World.status(6_500), World.ada, "k", World.status(6_001)),
        ]
        for step in steps {
            let draft = StatusDraft(id: step.id, author: step.author, text: "x", idempotencyKey: step.key)
            let alias: StatusID? =
                switch judge.verdict(on: .post(draft), of: partition, knowing: World.directory()) {
                case .refused(let refused): refused.aliasOf
                default: nil
                }
            #expect(alias == step.aliasOf, "\(step)")
        }
    }

    @Test func ofTwoStatusesWithOneKeyInABatchTheLowerIdIsFirst() {
        var judge = judge()
        let early = StatusDraft(id: World.status(5_000), author: World.ada, text: "x", idempotencyKey: "k")
        let late = StatusDraft(id: World.status(5_100), author: World.ada, text: "x", idempotencyKey: "k")
        let faulty = StatusDraft(id: World.status(4_900), author: World.ada, text: "\0", idempotencyKey: "k")
        judge.foresee([late, early, faulty].map { (partition, $0) }, knowing: World.directory())
        let second = judge.verdict(on: .post(late), of: partition, knowing: World.directory())
        #expect(
            second
                == .refused(
                    RefusedStatus(
                        id: late.id, author: World.ada, reason: "repeats an idempotency key", aliasOf: early.id)))
        guard case .accepted = judge.verdict(on: .post(early), of: partition, knowing: World.directory()) else {
            Issue.record("the first was refused")
            return
        }
    }

    @Test func theNextHolderKnowsTheKeysOfTheLast() throws {
        var first = judge()
        let draft = StatusDraft(id: World.status(5_000), author: World.ada, text: "x", idempotencyKey: "k")
        _ = first.verdict(on: .post(draft), of: partition, knowing: World.directory())
        var next = judge()
        try next.adopt(partition, remembered: first.relinquish(partition))
        let again = StatusDraft(id: World.status(5_001), author: World.ada, text: "x", idempotencyKey: "k")
        let verdict = next.verdict(on: .post(again), of: partition, knowing: World.directory())
        #expect(
            verdict
                == .refused(
                    RefusedStatus(
                        id: again.id, author: World.ada, reason: "repeats an idempotency key", aliasOf: draft.id)))
        #expect(throws: DecodeError.self) { try next.adopt(partition, remembered: [9, 9]) }
    }

    @Test func keysAreBoundedInNumber() {
        var memory = IdempotencyMemory(milliseconds: 1_000_000, countMax: 10)
        for step in 1...10_000 {
            let draft = StatusDraft(
                id: World.status(UInt64(step)), author: World.ada, text: "", idempotencyKey: "\(step)")
            #expect(memory.first(of: draft) == nil)
        }
        #expect(memory.count == 10)
        let known = StatusDraft(id: World.status(10_001), author: World.ada, text: "", idempotencyKey: "9995")
        #expect(memory.first(of: known) == World.status(9_995))
        #expect(memory.encoded().count < 1_000)
    }
}
