import NIOPosix
import Peers
import Testing
import Wire

@testable import API

@Suite struct InstanceCountsTests {
    private func counts(_ statuses: UInt64) -> PeerInstanceCounts {
        var counts = PeerInstanceCounts()
        counts.statuses = statuses
        return counts
    }

    @Test func theRateIsThatOfTheSamplesThatAreNotOld() {
        let directory = PeerDirectory(sharedDirectory: "/nowhere", group: MultiThreadedEventLoopGroup.singleton)
        let configuration = APIConfiguration(sharedDirectory: "/nowhere", listen: .unix(path: "/nowhere/s"))
        let counted = InstanceCounts(store: StoreAccess(directory: directory, configuration: configuration))
        #expect(counted.postsPerSecond == nil)
        counted.take(counts(100), at: 0)
        #expect(counted.postsPerSecond == nil)
        counted.take(counts(105), at: 1_000)
        #expect(counted.postsPerSecond == nil, "too close to the one before")
        counted.take(counts(150), at: 10_000)
        #expect(counted.postsPerSecond == 5)
        counted.take(counts(150), at: 310_000)
        #expect(counted.postsPerSecond == 0, "the first sample is forgotten")
    }
}
