import DurableFiles
import Foundation
import HashRing
import Logging
import SocialGraph
import StatuscastModel
import Testing

@testable import Receive

@Suite struct HookTests {
    private static let start: UInt64 = 1_700_000_000_000

    private func draft(
        _ text: String, at milliseconds: UInt64 = 0, by author: AccountID = World.ada, replyTo: StatusID? = nil,
        visibility: Visibility = .public, approved: Bool = false
    ) -> StatusDraft {
        StatusDraft(
            id: World.status(Self.start + milliseconds), author: author, visibility: visibility, inReplyTo: replyTo,
            text: text, isApproved: approved)
    }

    private func hooks(_ adjust: (inout ReceiveHookSettings) -> Void) -> ReceiveHooks {
        var settings = ReceiveHookSettings.off
        adjust(&settings)
        return ReceiveHooks(settings, termList: nil, spam: LiveSpamRules(settings))
    }

    /// A short name of what became of each draft, in order.
    private func outcomes(_ hooks: inout ReceiveHooks, _ drafts: [StatusDraft]) -> [String] {
        drafts.map { draft in
            switch hooks.decide(on: draft, knowing: World.directory()).decision {
            case .accept: "accept"
            case .refuse: "refuse"
            case .hold: "hold"
            }
        }
    }

    // MARK: Duplicates

    @Test func theSameTextWithinAMinuteIsRefused() {
        var hooks = hooks { $0.duplicateMilliseconds = 60_000 }
        let drafts = [
            draft("Hello  World"), draft("hello world", at: 1_000), draft("hello world", at: 2_000, by: World.bob),
            draft("hello world", at: 3_000, replyTo: World.status(9)), draft("hello world!", at: 4_000),
            draft("hello world", at: 5_000, visibility: .unlisted),
            draft("hello world", at: 59_999), draft("hello world", at: 60_000), draft("hello world", at: 60_001),
        ]
        #expect(
            outcomes(&hooks, drafts)
                == ["accept", "refuse", "accept", "accept", "accept", "accept", "refuse", "accept", "refuse"])
    }

    @Test func aReplayIsNotRefusedForItsOwnTrace() {
        let drafts = (0..<20).map { draft("again and again", at: UInt64($0) * 7_000) }
        var settings = ReceiveHookSettings()
        settings.spamHoldScore = 0
        settings.postsPerMinute = 4
        settings.postsBurst = 3
        var hooks = ReceiveHooks(settings, termList: nil, spam: LiveSpamRules(settings))
        let first = outcomes(&hooks, drafts)
        #expect(first.contains("accept") && first.contains("refuse"))
        // A second pass over everything, and passes that begin anywhere: what was accepted is accepted again.
        for from in drafts.indices {
            let again = outcomes(&hooks, Array(drafts[from...]))
            for (before, now) in zip(first[from...], again) where before == "accept" { #expect(now == "accept") }
        }
    }

    @Test func memoryIsBounded() {
        var table = RecentTable<Int, Int>(milliseconds: 100, countMax: 10)
        for key in 0..<1_000 {
            table.set(key, for: key, at: UInt64(key))
            table.set(1, for: 0, at: UInt64(key))
            #expect(table.count <= 10)
        }
        #expect(table[0] == 1, "what is set again and again stays")
        #expect(table[999] == 999)
        table.set(1, for: 5_000, at: 5_000)
        #expect(table[999] == nil && table.count <= 2, "the rest is too old")
    }

    // MARK: Rate

    @Test func anAuthorMayPostABurstAndThenAtARate() {
        var hooks = hooks {
            $0.postsPerMinute = 60
            $0.postsBurst = 3
        }
        let drafts =
            [0, 1, 2, 3, 4, 900, 1_001, 1_002].map { draft("\($0)", at: $0) } + [draft("b", at: 4, by: World.bob)]
        #expect(
            outcomes(&hooks, drafts)
                == ["accept", "accept", "accept", "refuse", "refuse", "refuse", "accept", "refuse", "accept"])
    }

    // MARK: Spam

    struct Sample: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let text: String
        var isNew = false
        let score: Double
        let sign: String
    }

    static let samples = [
        Sample(testDescription: "plain", text: "a quiet evening", score: 0, sign: ""),
        Sample(testDescription: "a link", text: "look https://example.org/x", score: 1, sign: "1 link 1.0"),
        Sample(
            testDescription: "many links", text: String(repeating: "http://a.example ", count: 9), score: 2.5,
            sign: "9 links 2.5"),
        Sample(testDescription: "a new account", text: "hello", isNew: true, score: 1.5, sign: "new account 1.5"),
        Sample(
            testDescription: "strangers", text: "@ada @bob @pia @eve hear", score: 1.5,
            sign: "3 strangers mentioned 1.5"),
        Sample(
            testDescription: "capitals", text: "BUY NOW BUY NOW BUY NOW BUY NOW", score: 1, sign: "capitals 1.0"),
        Sample(testDescription: "few capitals", text: "NASA", score: 0, sign: ""),
        Sample(
            testDescription: "tags", text: "#one #two #three #four #five #six #seven", score: 0.5, sign: "7 tags 0.5"),
        Sample(
            testDescription: "all together",
            text: "BUY NOW AT HTTP://A.EXAMPLE AND HTTPS://B.EXAMPLE @bob @pia @eve", isNew: true, score: 5.5,
            sign: "new account 1.5, 2 links 1.5, 3 strangers mentioned 1.5, capitals 1.0"),
    ]

    @Test(arguments: samples) func theScoreExplainsItself(_ sample: Sample) {
        var settings = ReceiveHookSettings.off
        settings.spamHoldScore = 5
        settings.spamNewAccountMilliseconds = 1_000
        let hook = SpamHook(rules: LiveSpamRules(settings), countMax: 10)
        let author = sample.isNew ? AccountID(unixMilliseconds: Self.start - 10, node: 0, sequence: 0) : World.ada
        let draft = draft(sample.text, by: author)
        let context = ReceiveContext(of: draft, knowing: World.directory())
        let score = hook.score(of: draft, in: context, newAccountMilliseconds: 1_000)
        #expect(abs(score.total - sample.score) < 0.001, "\(score)")
        if !sample.sign.isEmpty { #expect(score.description.contains(sample.sign)) }
        if case .hold(let reason) = hook.decision(on: draft, in: context) {
            #expect(sample.score >= 5)
            #expect(reason.contains(sample.sign))
        } else {
            #expect(sample.score < 5)
        }
    }

    @Test func repetitionIsASign() {
        var hooks = hooks { $0.spamHoldScore = 3 }
        let drafts = (0..<5).map { draft("my offer", at: UInt64($0) * 1_000, replyTo: World.status(UInt64($0 + 1))) }
        #expect(outcomes(&hooks, drafts) == ["accept", "accept", "accept", "hold", "hold"])
        #expect(outcomes(&hooks, [drafts[0]]) == ["accept"], "later ones do not count against an earlier one")
    }

    @Test func theSpamRulesChangeUnderARunningFilter() {
        var settings = ReceiveHookSettings.off
        let spam = LiveSpamRules(settings)
        var hooks = ReceiveHooks(settings, termList: nil, spam: spam)
        let drafts = [draft("https://example.org"), draft("https://example.org/2", at: 1)]
        #expect(outcomes(&hooks, [drafts[0]]) == ["accept"])
        settings.spamHoldScore = 1
        spam.take(settings)
        #expect(outcomes(&hooks, [drafts[1]]) == ["hold"])
        spam.take(.off)
        #expect(outcomes(&hooks, [drafts[1]]) == ["accept"])
    }

    // MARK: The chain

    @Test func anOperatorsWordPassesEveryHook() {
        var hooks = hooks {
            $0.spamHoldScore = 0.5
            $0.duplicateMilliseconds = 60_000
        }
        let held = draft("https://example.org")
        #expect(outcomes(&hooks, [held]) == ["hold"])
        #expect(outcomes(&hooks, [draft("https://example.org", at: 0, approved: true)]) == ["accept"])
    }

    @Test func refusalWinsOverHolding() {
        var hooks = hooks {
            $0.spamHoldScore = 0.5
            $0.duplicateMilliseconds = 60_000
        }
        #expect(outcomes(&hooks, [draft("https://a.b"), draft("https://a.b", at: 5)]) == ["hold", "refuse"])
    }

    @Test func aHeldStatusIsJudgedAsHeldWithItsRecord() {
        var settings = ReceiveHookSettings.off
        settings.spamHoldScore = 0.5
        let hooks = ReceiveHooks(settings, termList: nil, spam: LiveSpamRules(settings))
        var judge = Judge(host: "example.org", lanes: LaneRule(bulkFollowersAbove: 3), hooks: hooks) {
            IdempotencyMemory(milliseconds: 1, countMax: 1)
        }
        let partition = PartitionIndex(rawValue: 0)
        let draft = draft("see https://example.org")
        let judgement = judge.judge(.post(draft), of: partition, knowing: World.directory())
        guard case .held(let held) = judgement.verdict else {
            Issue.record("not held: \(judgement.verdict)")
            return
        }
        #expect(judgement.hook == "spam")
        #expect(held.reason.hasPrefix("spam: spam score 1.0 (1 link 1.0)"))
        var approved = draft
        approved.isApproved = true
        let released = judge.verdict(on: .post(approved), of: partition, knowing: World.directory())
        #expect(released == .accepted(held.status), "the record that its author sees is the one that goes out")
    }
}
