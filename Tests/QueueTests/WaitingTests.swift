import Testing

@testable import Queue

@Suite(.timeLimit(.minutes(1))) struct WaitingTests {
    @Test func aBellWakesEverybodyAndLosesNoRing() async {
        let bell = Bell()
        let seen = bell.count
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { await bell.wait(after: seen) } }
            group.addTask { bell.ring() }
        }
        await bell.wait(after: seen)
    }

    @Test func aWaitEndsByTimeOrCancellation() async {
        let bell = Bell()
        await bell.wait(after: bell.count, milliseconds: 10)
        let waiting = Task { await bell.wait(after: bell.count) }
        waiting.cancel()
        await waiting.value
    }

    @Test func aBudgetAdmitsInOrderAndLetsALargeClaimInAlone() async throws {
        let budget = ByteBudget(bytesMax: 100)
        try await budget.claim(80)
        let large = Task { try await budget.claim(500) }
        while budget.waiting < 1 { await Task.yield() }
        let small = Task { try await budget.claim(10) }
        while budget.waiting < 2 { await Task.yield() }
        budget.release(80)
        try await large.value
        // The small one came later, so it waits, although it alone would fit.
        #expect(budget.waiting == 1)
        budget.release(500)
        try await small.value
    }

    @Test func aWithdrawnClaimMakesRoomForTheNext() async throws {
        let budget = ByteBudget(bytesMax: 100)
        try await budget.claim(50)
        let large = Task { () -> QueueError.Code? in
            do throws(QueueError) { try await budget.claim(90) } catch { return error.code }
            return nil
        }
        while budget.waiting < 1 { await Task.yield() }
        let small = Task { try await budget.claim(50) }
        while budget.waiting < 2 { await Task.yield() }
        large.cancel()
        #expect(await large.value == .temporary)
        try await small.value
        budget.close()
        await #expect(throws: QueueError.self) { try await budget.claim(1) }
    }
}
