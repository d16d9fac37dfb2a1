import Testing

@testable import Ledger

/// What the API shows is compared as well.
struct ShownVerificationTests {
    private struct Shown: ShownStatuses {
        var homes: [UInt32: [UInt64]]
        var gone: Set<UInt64> = []

        func home(of account: UInt32, since: UInt64) -> [UInt64] { homes[account] ?? [] }
        func canRead(_ status: UInt64, as account: UInt32) -> Bool { !gone.contains(status) }
    }

    private func verdict(_ change: (inout Shown, SmallSystem) -> Void) async throws -> Verdict {
        let system = try SmallSystem()
        for number in 1...3 { system.post(number) }
        system.ledger(.delete, account: 0, subject: system.id(2), number: 4)
        system.deliver(4, by: 0, to: "tombstones/tombstones", deletes: system.id(2))
        var verdict = try await system.verify()
        var shown = Shown(homes: [1: [system.id(3), system.id(1)]], gone: [system.id(2)])
        change(&shown, system)
        try await ShownVerification(try system.promises, shown).run(readers: [1, 3], singles: 10, into: &verdict)
        return verdict
    }

    @Test func whatIsRightHasNoFaults() async throws {
        let verdict = try await verdict { _, _ in }
        #expect(verdict.faults == 0 && verdict.readers == 2 && verdict.shown == 2)
    }

    @Test func eachFaultIsNamed() async throws {
        #expect(try await verdict { shown, system in shown.homes[1]?.append(system.id(1)) }.kinds == [.double])
        #expect(try await verdict { shown, _ in shown.homes[1]?.removeLast() }.kinds == [.missing])
        #expect(
            try await verdict { shown, system in shown.homes[1]?.insert(system.id(2), at: 1) }.kinds == [.deletedShown])
        #expect(try await verdict { shown, system in shown.homes[3] = [system.id(1)] }.kinds == [.notAllowed])
        #expect(try await verdict { shown, _ in shown.gone = [] }.kinds == [.deletedShown])
        #expect(try await verdict { shown, system in shown.gone.insert(system.id(3)) }.kinds == [.missing])
    }
}

extension Verdict {
    fileprivate var kinds: [Fault.Kind] { named.map(\.kind) }
}
