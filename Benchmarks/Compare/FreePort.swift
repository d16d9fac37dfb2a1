import Measuring
import NIOCore
import NIOPosix

/// A TCP port of the loopback that was free a moment ago.
enum FreePort {
    static func find() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port
        try await channel.close()
        guard let port else { throw BenchmarkError("the system names no free port") }
        return port
    }
}
