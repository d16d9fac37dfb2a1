import Measuring

extension Comparison {
    /// The full status into the timeline of every follower.
    static func deliveries(_ place: Place, _ peers: Peers, statuses: Int) -> Comparison {
        let record = SampleStatus.rendered(0)
        var comparison = Comparison(
            title: "Deliveries: \(statuses) statuses to \(DeliveryRun.followers) of \(DeliveryRun.accounts) followers",
            trials: [
                Trial(
                    [.init("statuscast-queue and statuscast-deliver", "deliveries/s")], recordBytes: record.count,
                    note: """
                        items synced on the queue, then every record synced in its mailbox (fdatasync, syncfs); from \
                        the first append to the last sync, a second's sweep interval
                        """
                ) {
                    try await ScratchDirectory.with(in: place.directory) { path in
                        [try await DeliveryRun(place: place, directory: path, statuses: statuses).measure()]
                    }
                }
            ],
            unlike: """
                Ours finds the followers itself, in memory, and writes files that any mail reader opens; Redis is told \
                each list by its client (redis-benchmark, which repeats one record and names lists at random), keeps \
                all of it in memory and has the append-only file only for a restart. With everysec a crash loses up to \
                a second of acknowledged writes. Redis's replies come while it works; ours counts from first to last.
                """)
        for sync in [RedisServer.Sync.everySecond, .always] {
            comparison.add(peers.programs("redis-server", "redis-benchmark")) { _ in
                redis(place, peers, sync, record, count: statuses * DeliveryRun.followers)
            }
        }
        return comparison
    }

    private static func redis(
        _ place: Place, _ peers: Peers, _ sync: RedisServer.Sync, _ record: [UInt8], count: Int
    ) -> Trial {
        Trial(
            [.init("Redis LPUSH, appendfsync \(sync.rawValue)", "deliveries/s")], recordBytes: record.count,
            note: "Unix socket, 16 connections, pipelines of \(DeliveryRun.followers)"
        ) {
            try await ScratchDirectory.with(in: place.directory) { path in
                let server = try await RedisServer.start(directory: path, peers, sync)
                defer { server.child.stop() }
                let perSecond = try await server.load(
                    ["LPUSH", "home:__rand_int__", String(decoding: record, as: UTF8.self)], count: count,
                    keys: DeliveryRun.accounts, connections: 16, pipeline: DeliveryRun.followers)
                let stored = try await server.stored()
                try verify(stored.entries == count, "\(stored.entries) entries in the lists of \(count)")
                let bytes = count * record.count
                try verify(stored.fileBytes >= bytes, "\(stored.fileBytes) bytes in the file for \(bytes)")
                return [perSecond]
            }
        }
    }
}
