import StatuscastModel
import Testing

@testable import Deliver

struct WatchersTests {
    private let home = Address.home(AccountID(rawValue: 1))
    private let tag = Address.tag("swift")

    private func watchers(_ limits: WatchLimits = WatchLimits()) -> Watchers { Watchers(limits: limits, start: 100) }

    @Test func aWatcherIsToldWhatChangedUntilItConfirms() throws {
        var watchers = watchers()
        try expect(watchers.watch(1, add: [home, tag], remove: [], now: 0).new == [home, tag])
        expect(watchers.changes(1, after: 0, now: 0) == .nothing)
        expect(watchers.changed(home) == [1])
        expect(watchers.changes(1, after: 0, now: 0) == .changes([home]))
        expect(watchers.changes(1, after: 101, now: 0) == .changes([home]))
        expect(watchers.changed(.public).isEmpty)
        let told = watchers.sequence
        _ = watchers.changed(tag)
        expect(watchers.changes(1, after: told, now: 0) == .changes([tag]))
        expect(watchers.changes(1, after: watchers.sequence, now: 0) == .nothing)
    }

    @Test func severalWatchersOfOneMailbox() throws {
        var watchers = watchers()
        try expect(watchers.watch(1, add: [home], remove: [], now: 0).new == [home])
        try expect(watchers.watch(2, add: [home], remove: [], now: 0).new.isEmpty)
        expect(Set(watchers.changed(home)) == [1, 2])
        try expect(watchers.watch(1, add: [], remove: [home, tag], now: 0).gone.isEmpty)
        expect(watchers.changes(1, after: 0, now: 0) == .nothing)
        try expect(watchers.watch(2, add: [], remove: [home], now: 0).gone == [home])
        #expect(!watchers.isWatched(home))
    }

    @Test func whoIsNotHeardOfIsForgotten() throws {
        var watchers = watchers()
        _ = try watchers.watch(1, add: [home], remove: [], now: 0)
        _ = try watchers.watch(2, add: [tag], remove: [], now: 0)
        expect(watchers.changes(2, after: 0, now: 200_000) == .nothing)
        expect(watchers.expire(now: 299_999).isEmpty)
        expect(watchers.expire(now: 300_000) == [home])
        expect(watchers.changes(1, after: 0, now: 300_000) == .lost)
        expect(watchers.changes(2, after: 0, now: 300_000) == .nothing)
    }

    @Test func aLostPartitionForgetsItsWatchers() throws {
        var watchers = watchers()
        _ = try watchers.watch(1, add: [home, tag], remove: [], now: 0)
        _ = try watchers.watch(2, add: [tag], remove: [], now: 0)
        let lost = watchers.lose { $0 == home }
        #expect(lost.watchers == [1] && lost.gone == [home])
        expect(watchers.changes(1, after: 0, now: 0) == .lost)
        expect(watchers.changed(tag) == [2])
    }

    @Test func whoWasForgottenAndCameBackIsToldThatSomethingMayBeMissing() throws {
        var watchers = watchers()
        _ = try watchers.watch(1, add: [home], remove: [], now: 0)
        let told = watchers.sequence
        expect(watchers.changes(1, after: told, now: 0) == .nothing)
        _ = watchers.lose { $0 == home }
        expect(watchers.changed(home).isEmpty)
        _ = try watchers.watch(1, add: [home], remove: [], now: 0)
        expect(watchers.changes(1, after: told, now: 0) == .lost)
    }

    @Test func registrationsAreBounded() throws {
        var limits = WatchLimits()
        limits.watchers = 1
        limits.addressesPerWatcher = 1
        var watchers = watchers(limits)
        _ = try watchers.watch(1, add: [home], remove: [], now: 0)
        #expect(throws: Watchers.Refusal.tooManyWatchers) { try watchers.watch(2, add: [tag], remove: [], now: 0) }
        #expect(throws: Watchers.Refusal.tooManyAddresses(gone: [home]), "the worker need not hurry for it any more") {
            try watchers.watch(1, add: [tag], remove: [], now: 0)
        }
        expect(watchers.changes(1, after: 0, now: 0) == .lost)
        #expect(watchers.count == 0 && !watchers.isWatched(home) && !watchers.isWatched(tag))
    }
}
