import Foundation
import NIOCore
import Testing
import Wire

@Suite struct AddressTests {
    @Test(arguments: [
        ("tcp:127.0.0.1:4000", WireAddress.tcp(host: "127.0.0.1", port: 4000)),
        ("tcp:[::1]:0", .tcp(host: "::1", port: 0)),
        ("tcp:queue-1.example:65535", .tcp(host: "queue-1.example", port: 65535)),
        ("unix:/run/x.sock", .unix(path: "/run/x.sock")),
    ])
    func addressesAreReadAndWritten(_ text: String, _ address: WireAddress) {
        #expect(WireAddress(text) == address)
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", "tcp:", "tcp:host", "tcp::1", "tcp:::1:80", "tcp:host:", "tcp:host:65536", "tcp:host:-1", "unix:",
        "unix:a\0b", "http:x:1",
    ])
    func otherTextsAreNot(_ text: String) { #expect(WireAddress(text) == nil) }

    @Test func aSocketFileIsPrivateAndRemovedAtTheEnd() async throws {
        let address = freshAddress(.unix)
        guard case .unix(let path) = address else { return }
        let server = try await WireServer.start(address: address, handler: ClosureHandler.echo, group: group)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        await server.stop(graceMilliseconds: 0)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aStaleSocketFileIsReplacedAndALiveOneIsNot() async throws {
        let address = freshAddress(.unix)
        guard case .unix(let path) = address else { return }
        try leaveSocketFile(path)
        let server = try await WireServer.start(address: address, handler: ClosureHandler.echo, group: group)
        let second = await code { () async throws(WireError) in
            try await WireServer.start(address: address, handler: ClosureHandler.echo, group: group)
        }
        #expect(second == .busy)
        let client = WireClient(address: address, group: group)
        _ = try await client.ask(method)
        await client.close()
        await server.stop(graceMilliseconds: 100)
    }

    @Test func aFileThatIsNoSocketIsKept() async throws {
        let path = "/tmp/wire-\(UUID().uuidString.prefix(13)).txt"
        try Data("keep".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(await startCode(.unix(path: path)) == .invalid)
        #expect(FileManager.default.contents(atPath: path) == Data("keep".utf8))
    }

    @Test func impossibleAddressesAreInvalid() async throws {
        let long = WireAddress.unix(path: "/tmp/" + String(repeating: "x", count: 120))
        #expect(await startCode(long) == .invalid)
        #expect(await startCode(.unix(path: "/nonexistent/directory/x.sock")) == .invalid)
        #expect(await startCode(.tcp(host: "127.0.0.1", port: 70_000)) == .invalid)
        let client = WireClient(address: long, group: group)
        #expect(await code { () async throws(WireError) in try await client.ask(method) } == .invalid)
        await client.close()
    }

    @Test func aPortInUseIsBusy() async throws {
        try await withServer(.tcp) { server, _ in #expect(await startCode(server.address) == .busy) }
    }

    private func startCode(_ address: WireAddress) async -> WireError.Code? {
        await code { () async throws(WireError) in
            try await WireServer.start(address: address, handler: ClosureHandler.echo, group: group)
        }
    }

    /// What a killed process leaves behind.
    private func leaveSocketFile(_ path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(outcome == 0)
        close(descriptor)
    }
}
