import Foundation
import Measuring
import StatuscastModel

extension Comparison {
    private static let connections = 64

    /// Home pages of 20 statuses over HTTP, and the same number of records from Redis lists.
    static func pages(_ place: Place, _ peers: Peers) -> Comparison {
        let pages = HomePages()
        var comparison = Comparison(
            title: "Home pages of 20 statuses, \(connections) connections", trials: [],
            unlike: """
                nginx sends files that never change and asks nobody who reads them; our front checks the token and \
                that the kept page is current before it sends the same bytes. Redis sends the records as they were \
                pushed: no HTTP, no JSON, no token, no account data; a web application in front of it would do that \
                work. redis-benchmark asks with one thread, as wrk does.
                """)
        comparison.add(peers.program("wrk")) { ours($0, place, peers, pages) }
        guard !comparison.trials.isEmpty else { return comparison }
        comparison.add(peers.program("nginx")) { nginx($0, place, peers, pages) }
        for pipeline in [1, 16] {
            comparison.add(peers.programs("redis-server", "redis-benchmark")) { _ in
                redis(place, peers, pipeline: pipeline)
            }
        }
        return comparison
    }

    private static func ours(_ wrk: String, _ place: Place, _ peers: Peers, _ pages: HomePages) -> Trial {
        Trial(
            [.init("statuscast (front, pages from its cache)", "pages/s")],
            note: "HTTP, wrk, \(HomePages.readers) readers in turn"
        ) {
            try await ScratchDirectory.with(in: place.directory) { path in
                let front = try await FrontServer.start(place, directory: path)
                defer { front.child.stop() }
                try await pages.collect(from: front)
                let wrk = WebLoad(
                    wrk: wrk, environment: peers.environment, directory: path, connections: connections)
                return [
                    try await wrk.run(
                        port: front.port,
                        requests: (0..<HomePages.readers).map {
                            (FrontServer.path, ["Authorization": "Bearer \(front.world.token($0))"])
                        }, seconds: place.seconds)
                ]
            }
        }
    }

    private static func nginx(
        _ nginx: String, _ place: Place, _ peers: Peers, _ pages: HomePages
    ) -> Trial {
        Trial(
            [.init("nginx, static files with the same bytes", "pages/s")],
            note: "HTTP, wrk, one worker, sendfile, open_file_cache, no access log"
        ) {
            try await ScratchDirectory.with(in: place.directory) { path in
                let server = try await NginxServer.start(nginx, directory: path, peers, files: pages.bodies)
                defer { server.child.stop() }
                let wrk = WebLoad(
                    wrk: try peers.path("wrk"), environment: peers.environment, directory: path,
                    connections: connections)
                return [
                    try await wrk.run(
                        port: server.port, requests: pages.bodies.indices.map { (NginxServer.path($0), [:]) },
                        seconds: place.seconds)
                ]
            }
        }
    }

    private static func redis(_ place: Place, _ peers: Peers, pipeline: Int) -> Trial {
        let record = SampleStatus.rendered(0)
        return Trial(
            [.init("Redis LRANGE of 20, pipelines of \(pipeline)", "pages/s")], recordBytes: 20 * record.count,
            note: "Unix socket, redis-benchmark, 1,000 lists of about 40 records"
        ) {
            try await ScratchDirectory.with(in: place.directory) { path in
                let server = try await RedisServer.start(directory: path, peers, .everySecond)
                defer { server.child.stop() }
                let text = String(decoding: record, as: UTF8.self)
                _ = try await server.load(
                    ["LPUSH", "home:__rand_int__", text], count: 40_000, keys: 1000, connections: 16, pipeline: 100)
                let sample = try await server.command(["LRANGE", "home:000000000007", "0", "19"])
                let found = sample.components(separatedBy: "X-Statuscast-Record").count - 1
                try verify(found == 20, "\(found) records in a range of 20")
                return [
                    try await server.load(
                        ["LRANGE", "home:__rand_int__", "0", "19"], count: Int(place.seconds * 100_000), keys: 1000,
                        connections: connections, pipeline: pipeline)
                ]
            }
        }
    }
}
