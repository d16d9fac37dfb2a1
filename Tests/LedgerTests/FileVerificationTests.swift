import Testing

@testable import Ledger

/// Each kind of fault is found, and nothing else is taken for one.
struct FileVerificationTests {
    @Test func whatIsRightHasNoFaults() async throws {
        let system = try SmallSystem()
        for number in 1...300 { system.post(number) }
        // A copy of a record is legal in files: readers show one.
        system.deliver(7, by: 0, to: "account-1001/home")
        system.ledger(.delete, account: 0, subject: system.id(9), number: 400)
        system.deliver(400, by: 0, to: "tombstones/tombstones", deletes: system.id(9))
        let verdict = try await system.verify()
        #expect(verdict.named.isEmpty)
        #expect(verdict.acknowledged == 300 && verdict.deleted == 1)
        #expect(verdict.due == 299 * 5 && verdict.found == verdict.due && verdict.eitherOr == 5)
    }

    @Test(arguments: SmallSystem.boxes) func aMissingRecordIsNamed(_ box: String) async throws {
        let system = try SmallSystem()
        system.post(1)
        system.post(2, except: box)
        let verdict = try await system.verify()
        #expect(verdict.named.map(\.kind) == [.missing])
        #expect(verdict.named.first?.status == system.id(2))
        #expect(verdict.found == verdict.due - 1)
    }

    @Test func aMailboxThatDoesNotExistMissesEverything() async throws {
        let system = try SmallSystem()
        system.ledger(.post, account: 0, subject: system.id(1), number: 1)
        system.deliver(1, by: 0, to: "account-1000/home")
        let verdict = try await system.verify()
        #expect(verdict.counts == ["missing": 4], "two followers, the outbox and the public timeline")
    }

    @Test func aRecordOfAStrangerIsNamed() async throws {
        let system = try SmallSystem()
        system.post(1)
        system.deliver(1, by: 0, to: "account-1003/home")
        #expect(try await system.verify().named.map(\.kind) == [.notAllowed])
    }

    @Test func aRecordThatNobodyPostedIsNamed() async throws {
        let system = try SmallSystem()
        system.post(1)
        system.deliver(2, by: 0, to: "account-1001/home")
        #expect(try await system.verify().named.map(\.kind) == [.neverPosted])
    }

    @Test func oneTextUnderTwoIdsIsADouble() async throws {
        let system = try SmallSystem()
        system.post(1)
        system.deliver(1, by: 0, to: "account-1001/home", id: system.id(5))
        #expect(try await system.verify().named.map(\.kind) == [.double])
    }

    @Test func anotherTextIsNamed() async throws {
        let system = try SmallSystem()
        system.post(1, except: "account-1002/home")
        system.deliver(1, by: 0, to: "account-1002/home", text: "status 1")
        #expect(try await system.verify().named.map(\.kind) == [.changed])
    }

    @Test func aDeleteThatIsNotInTheListIsNamed() async throws {
        let system = try SmallSystem()
        system.post(1)
        system.ledger(.delete, account: 0, subject: system.id(1), number: 2)
        #expect(try await system.verify().named.map(\.kind) == [.deletedShown])
    }

    @Test func damageIsNamed() async throws {
        let system = try SmallSystem()
        system.post(1)
        let verdict = try await system.verify { box, bytes in
            guard box == "account-1001/home", let place = bytes.firstIndex(of: UInt8(ascii: "M")) else { return bytes }
            var bytes = bytes
            bytes[place] = UInt8(ascii: "N")
            return bytes
        }
        #expect(Set(verdict.named.map(\.kind)) == [.damaged, .missing])
    }

    @Test func aTornTailIsNoFaultButItsRecordIsMissing() async throws {
        let system = try SmallSystem()
        system.post(1)
        system.post(2)
        let verdict = try await system.verify { box, bytes in box == "account-1001/home" ? bytes.dropLast(7) : bytes }
        #expect(verdict.named.map(\.kind) == [.missing] && verdict.tornBytes > 0)
    }

    @Test func whatWasNeverAnsweredIsEverywhereOrNowhere() async throws {
        let nowhere = try SmallSystem()
        nowhere.post(1)
        nowhere.ledger(.post, .unknown, account: 0, subject: 0, number: 2)
        #expect(try await nowhere.verify().faults == 0)

        let everywhere = try SmallSystem()
        everywhere.post(1)
        everywhere.ledger(.post, .unknown, account: 0, subject: 0, number: 2)
        for box in SmallSystem.boxes { everywhere.deliver(2, by: 0, to: box) }
        let verdict = try await everywhere.verify()
        #expect(verdict.faults == 0 && verdict.unknownEverywhere == 1)

        let partly = try SmallSystem()
        partly.post(1)
        partly.ledger(.post, .unknown, account: 0, subject: 0, number: 2)
        partly.deliver(2, by: 0, to: "account-1001/home")
        #expect(try await partly.verify().named.map(\.kind) == [.partial])
    }

    @Test func whatWasRefusedIsNowhere() async throws {
        let system = try SmallSystem()
        system.post(1)
        system.ledger(.post, .refused, account: 0, subject: 0, number: 2)
        system.deliver(2, by: 0, to: "account-1001/home")
        #expect(try await system.verify().named.map(\.kind) == [.neverPosted])
    }

    @Test func whatIsOlderThanTheLedgerIsNoneOfItsBusiness() async throws {
        let system = try SmallSystem()
        system.post(5)
        system.deliver(1, by: 3, to: "account-1001/home")
        let verdict = try await system.verify()
        #expect(verdict.faults == 0 && verdict.earlier == 1)
    }

    @Test func followsOfTheRunCount() async throws {
        let system = try SmallSystem()
        system.ledger(.follow, account: 3, subject: 1_000, number: 1)
        system.ledger(.unfollow, account: 1, subject: 1_000, number: 2)
        system.post(10)
        let verdict = try await system.verify()
        #expect(Set(verdict.named.map(\.kind)) == [.missing, .notAllowed])
        #expect(Set(verdict.named.map(\.place)) == ["home/1003", "home/1001"])
    }

    /// 1 and 2 follow 0; 0 answers 1, whom 2 does not follow.
    @Test func aReplyBelongsToWhoFollowsBothOrIsRepliedTo() async throws {
        func reply(to account: Int, at boxes: [String]) throws -> SmallSystem {
            let system = try SmallSystem()
            system.ledger(.post, account: 0, subject: system.id(1), number: 1, repliedTo: account)
            for box in boxes + ["account-1000/home", "account-1000/outbox", "public/public"] {
                system.deliver(1, by: 0, to: box)
            }
            return system
        }
        let right = try await reply(to: 1, at: ["account-1001/home"]).verify()
        #expect(right.faults == 0 && right.due == 4 && right.found == 4)
        let wrong = try await reply(to: 1, at: ["account-1001/home", "account-1002/home"]).verify()
        #expect(wrong.named.map(\.kind) == [.notAllowed] && wrong.named.map(\.place) == ["home/1002"])
        let lost = try await reply(to: 1, at: []).verify()
        #expect(lost.named.map(\.kind) == [.missing] && lost.named.map(\.place) == ["home/1001"])
        let own = try await reply(to: 0, at: ["account-1001/home"]).verify()
        #expect(own.named.map(\.place) == ["home/1002"], "an answer to oneself is for every follower")

        let follower = try reply(to: 1, at: ["account-1001/home"])
        follower.ledger(.follow, account: 2, subject: 1_001, number: 0)
        #expect(try await follower.verify().named.map(\.place) == ["home/1002"], "who follows both misses it")
        let later = try reply(to: 1, at: ["account-1001/home"])
        later.ledger(.follow, account: 2, subject: 1_001, number: 2)
        let verdict = try await later.verify()
        #expect(verdict.faults == 0 && verdict.eitherOr == 1)
    }

    @Test func aReblogBelongsToFollowersAndToWhoWroteWhatItRepeats() async throws {
        let right = try SmallSystem()
        right.post(1)
        right.reblog(2, of: 1)
        // Another one of the same, as two at the same time make: both are true.
        right.reblog(3, of: 1)
        let verdict = try await right.verify()
        #expect(verdict.faults == 0 && verdict.due == 5 + 2 * 4 && verdict.found == verdict.due)

        let shown = try SmallSystem()
        shown.post(1)
        shown.reblog(2, of: 1)
        shown.deliver(2, by: 1, to: "public/public", reblogOf: 1)
        shown.deliver(2, by: 1, to: "account-1002/home", reblogOf: 1)
        let faults = try await shown.verify().named
        #expect(
            faults.map(\.kind) == [.notAllowed, .notAllowed] && Set(faults.map(\.place)) == ["public", "home/1002"])
    }

    @Test(arguments: SmallSystem.reblogBoxes) func aReblogThatIsMissingIsNamed(_ box: String) async throws {
        let system = try SmallSystem()
        system.post(1)
        system.reblog(2, of: 1, except: box)
        let verdict = try await system.verify()
        #expect(verdict.named.map(\.kind) == [.missing] && verdict.named.first?.status == system.id(2))
    }

    @Test func whoReblogsAgainIsAnsweredWithTheFirstReblog() async throws {
        let system = try SmallSystem()
        system.post(1)
        system.reblog(2, of: 1)
        system.ledger(.follow, account: 2, subject: 1_001, number: 4)
        system.ledger(.reblog, account: 1, subject: system.id(2), number: 6, repliedTo: 0, reblogOf: 1)
        let verdict = try await system.verify()
        #expect(verdict.faults == 0 && verdict.due == 5 + 4 && verdict.eitherOr == 1, "account 2 need not have it")
    }

    @Test func aReblogOfAnotherStatusIsNamed() async throws {
        let system = try SmallSystem()
        system.post(1)
        system.post(3)
        system.reblog(2, of: 1, except: "account-1003/home")
        system.deliver(2, by: 1, to: "account-1003/home", text: system.text(1), reblogOf: 3)
        #expect(try await system.verify().named.map(\.kind) == [.changed])
    }

    @Test func aReblogGoesWithWhatItRepeats() async throws {
        let system = try SmallSystem()
        system.post(1)
        system.reblog(2, of: 1, except: "account-1003/home")
        system.ledger(.delete, account: 0, subject: system.id(1), number: 5)
        system.deliver(5, by: 0, to: "tombstones/tombstones", deletes: system.id(1))
        let verdict = try await system.verify()
        #expect(verdict.faults == 0 && verdict.due == 0 && verdict.eitherOr == 5 + 4)
    }

    @Test func aReblogThatWasNeverAnsweredIsEverywhereOrNowhere() async throws {
        let system = try SmallSystem()
        system.post(1)
        system.ledger(.reblog, .unknown, account: 1, subject: 0, number: 2, repliedTo: 0, reblogOf: 1)
        for box in SmallSystem.reblogBoxes { system.deliver(2, by: 1, to: box, reblogOf: 1) }
        #expect(try await system.verify().unknownEverywhere == 1)
        let partly = try SmallSystem()
        partly.post(1)
        partly.ledger(.reblog, .unknown, account: 1, subject: 0, number: 2, repliedTo: 0, reblogOf: 1)
        partly.deliver(2, by: 1, to: "account-1003/home", reblogOf: 1)
        #expect(try await partly.verify().named.map(\.kind) == [.partial])
    }

    @Test func onlyTheFirstFaultsAreNamedAndAllAreCounted() async throws {
        let system = try SmallSystem()
        for number in 1...200 { system.post(number, except: "account-1001/home") }
        let verdict = try await system.verify()
        #expect(verdict.faults == 200 && verdict.named.count == Verdict.namedMax)
    }
}
