import HashRing
import Peers
import StatuscastModel
import SwiftProtobuf
import Testing

@testable import Store

struct DeletingTests {
    /// Follows lie in the shard of the follower: a delete that reached some shards only must not pass for done.
    @Test func aDeleteThatBrokeOffBetweenShardsIsFinishedWhenItIsAskedForAgain() async throws {
        let world = try World()
        var configuration = world.configuration()
        configuration.userShards = 2
        try await world.withStore(configuration) { store in
            let desk = try await world.directory.operatorOfStore()
            let application = try await store.application()
            let leaving = try await Self.account("leaving", in: 0, store, application)
            let staying = try await Self.account("staying", in: 1, store, application)
            _ = try await store.follow(
                .with {
                    $0.follower = staying
                    $0.followee = leaving
                })
            #expect(try await desk.find(.with { $0.ids = [staying] }).first?.account.followingCount == 1)

            world.queue.set(.refusesAppendsTo(PartitionIndex(rawValue: 1)))
            let refused = await peerError { () throws(PeerError) in
                _ = try await desk.delete(.with { $0.account = leaving })
            }
            #expect(refused?.code == .unavailable)
            world.queue.set(nil)
            #expect(
                try await eventually {
                    (try? await desk.delete(.with { $0.account = leaving }).account.deleted) == true
                })
            #expect(try await desk.find(.with { $0.ids = [staying] }).first?.account.followingCount == 0)
        }
        await world.end()
    }

    /// Signs up until one lies in the shard, of two.
    private static func account(
        _ name: String, in shard: UInt64, _ store: StoreClient, _ application: PeerApplication
    ) async throws -> UInt64 {
        for number in 0..<64 {
            let account = try await store.signUp("\(name)\(number)", application).account
            if AccountID(rawValue: account).partitionHash % 2 == shard { return account }
        }
        throw PeerError(.unavailable, "64 accounts in one of two shards")
    }
}
