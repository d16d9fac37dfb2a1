import Testing

@testable import Ledger

/// Who must have what, when follows come and go around a post at time 100.
struct ClaimTests {
    typealias Event = FollowBook.Event

    private func claim(_ beganFollowing: Bool, _ events: [Event]) -> Claim {
        FollowBook.claim(beganFollowing: beganFollowing, events, at: 100)
    }

    private func follow(_ begun: UInt64, _ ended: UInt64) -> Event { Event(isFollow: true, begun: begun, ended: ended) }
    private func unfollow(_ begun: UInt64, _ ended: UInt64) -> Event {
        Event(isFollow: false, begun: begun, ended: ended)
    }

    @Test func whatTheWorldBeganWithHoldsWhereNothingHappened() {
        #expect(claim(true, []) == .must)
        #expect(claim(false, []) == .never)
    }

    @Test func whatWasAnsweredBeforeThePostHolds() {
        #expect(claim(false, [follow(10, 20)]) == .must)
        #expect(claim(true, [unfollow(10, 20)]) == .never)
        #expect(claim(false, [follow(10, 20), unfollow(30, 40)]) == .never)
        #expect(claim(true, [unfollow(10, 20), follow(30, 40)]) == .must)
    }

    @Test func whatOverlapsThePostIsEither() {
        #expect(claim(false, [follow(90, 110)]) == .may)
        #expect(claim(true, [unfollow(90, 110)]) == .may)
        #expect(claim(false, [follow(10, .max)]) == .may, "nobody knows when an unanswered follow took effect")
    }

    @Test func deliveriesHappenAfterThePost() {
        #expect(claim(false, [follow(200, 210)]) == .may)
        #expect(claim(true, [unfollow(200, 210)]) == .may)
        #expect(claim(false, [follow(10, 20), unfollow(200, 210)]) == .may)
    }

    @Test func twoThatOverlappedEachOtherAreInNoOrder() {
        #expect(claim(false, [follow(10, 50), unfollow(40, 60)]) == .may)
        #expect(claim(false, [follow(10, 39), unfollow(40, 60)]) == .never)
    }

    @Test func repeatingWhatHoldsChangesNothing() {
        #expect(claim(true, [follow(90, 110)]) == .must)
        #expect(claim(false, [unfollow(90, 110)]) == .never)
    }
}
