import NIOPosix
import Peers
import StatuscastModel
import SwiftProtobuf
import Synchronization
import Testing
import Wire

@testable import API

/// When the store is asked for counts and marks, and what holds against its word.
@Suite struct ViewerMarksTests {
    private let clock = FakeClock()
    private let viewer = AccountID(rawValue: 9)
    /// A status of long ago.
    private let old: UInt64 = 1 << 20

    private func run(_ body: (FrontWorld, ViewerMarks) async throws -> Void) async throws {
        try await FrontWorld.run { world in
            let directory = PeerDirectory(
                sharedDirectory: world.directory, group: MultiThreadedEventLoopGroup.singleton)
            let configuration = APIConfiguration(
                sharedDirectory: world.directory, listen: .unix(path: "/nonexistent/s"))
            let clock = clock
            let marks = ViewerMarks(
                limit: 100, store: StoreAccess(directory: directory, configuration: configuration),
                now: { clock.milliseconds }, unixNow: { 1_000_000 + clock.milliseconds })
            try await body(world, marks)
            await directory.close()
        }
    }

    private func say(_ favourites: UInt32, _ world: FrontWorld) {
        let id = old
        world.store.interactions.withLock {
            $0.reactions[id] = .with {
                $0.status = id
                $0.favourites = favourites
            }
        }
    }

    private func calls(_ world: FrontWorld) -> Int { world.store.interactions.withLock { $0.calls } }

    @Test func aPageWhoseCountsAreOldHoldsOnWhileNothingHasMoved() async throws {
        try await run { world, marks in
            say(1, world)
            let page = PageMarks(viewer: viewer, await marks.views(of: [old], for: viewer))
            #expect(page.views[old]?.counts.favourites == 1 && calls(world) == 1)
            #expect(marks.holds(page))
            clock.advance(ViewerMarks.freshMilliseconds)
            #expect(!marks.holds(page))
            #expect(await marks.stillHolds(page))
            #expect(calls(world) == 2)
            // It is as good as new.
            #expect(marks.holds(page))
            say(2, world)
            clock.advance(ViewerMarks.freshMilliseconds)
            #expect(await !marks.stillHolds(page))
            // Counts are everybody's, and nobody has no marks: nothing is asked.
            let other = await marks.views(of: [old], for: nil)
            #expect(other.views[old]?.counts.favourites == 2 && calls(world) == 3)
        }
    }

    @Test func aMuteIsAskedForAgainInAllItsThread() async throws {
        try await run { world, marks in
            let (first, second) = (old, old + (1 << 16))
            clock.advance(100_000)
            _ = await marks.views(of: [second], for: viewer)
            marks.acted(viewer, first, .muted, isOn: true, event: 5)
            world.store.interactions.withLock {
                $0.reactions[second] = .with {
                    $0.status = second
                    $0.own = StatusView.Marks.muted.rawValue
                }
            }
            clock.advance(ViewerMarks.freshMilliseconds)
            #expect(await marks.views(of: [second], for: viewer).views[second]?.own == [.muted])
            // Then they are good for longer than counts, which are everybody's and asked for by another.
            #expect(calls(world) == 2)
            clock.advance(ViewerMarks.freshMilliseconds)
            _ = await marks.views(of: [second], for: nil)
            _ = await marks.views(of: [second], for: viewer)
            #expect(calls(world) == 3)
        }
    }

    @Test func whatIsYoungIsNotAskedForUntilItIsOld() async throws {
        try await run { world, marks in
            let young = StatusID(unixMilliseconds: 1_000_000 + clock.milliseconds - 1_000, node: 1, sequence: 0)
            let answer = await marks.views(of: [young.rawValue], for: viewer)
            #expect(calls(world) == 0)
            #expect(answer.untilMilliseconds == clock.milliseconds + ViewerMarks.freshMilliseconds - 1_000)
            _ = await marks.views(of: [young.rawValue], for: viewer, isFresh: true)
            #expect(calls(world) == 1)
        }
    }

    @Test func whatOneDidHoldsUntilTheStoreHasHadTimeToKnow() async throws {
        try await run { world, marks in
            say(1, world)
            let before = PageMarks(viewer: viewer, await marks.views(of: [old], for: viewer))
            let others = PageMarks(viewer: nil, await marks.views(of: [old], for: nil))
            marks.acted(viewer, old, .favourited, isOn: true, event: 5)
            #expect(!marks.holds(before) && marks.holds(others))
            let view = try #require(await marks.views(of: [old], for: viewer).views[old])
            #expect(view.own == [.favourited] && view.counts.favourites == 2)
            #expect(await marks.views(of: [old], for: nil).views[old]?.own.isEmpty == true)
            clock.advance(ViewerMarks.actMilliseconds)
            #expect(await marks.views(of: [old], for: viewer).views[old]?.own.isEmpty == true)
        }
    }

    @Test func withTheStoreAwayWhatWasKnownServesOn() async throws {
        try await run { world, marks in
            say(3, world)
            _ = await marks.views(of: [old], for: viewer)
            await world.stopStore()
            clock.advance(ViewerMarks.freshMilliseconds)
            let answer = await marks.views(of: [old, old + 1], for: viewer)
            #expect(answer.views[old]?.counts.favourites == 3)
            #expect(answer.views[old + 1] == StatusView())
            #expect(answer.untilMilliseconds == clock.milliseconds + ViewerMarks.withoutStoreMilliseconds)
        }
    }
}
