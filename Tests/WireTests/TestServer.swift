import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Wire

/// A handler made of a closure.
struct ClosureHandler: WireHandler {
    let body: @Sendable (WireRequest, WireReply) -> Void

    init(_ body: @escaping @Sendable (WireRequest, WireReply) -> Void) { self.body = body }

    func handle(_ request: WireRequest, reply: WireReply) { body(request, reply) }

    static let echo = ClosureHandler { request, reply in
        reply.succeed(WireResponse(control: request.control, payload: request.payload))
    }
}

let group = MultiThreadedEventLoopGroup.singleton
let method = WireMethod(rawValue: 0x0101)

/// Milliseconds for what must not take that long: other tests may keep all threads busy for a while.
let patience: UInt32 = 30_000

extension WireClient {
    /// A call with a deadline that only a lost answer exceeds.
    func ask(
        _ method: WireMethod, control: ByteBuffer = ByteBuffer(), payload: ByteBuffer = ByteBuffer(),
        deadlineMilliseconds: UInt32 = patience
    ) async throws(WireError) -> WireResponse {
        try await call(method, control: control, payload: payload, deadlineMilliseconds: deadlineMilliseconds)
    }
}

enum Transport: CaseIterable { case tcp, unix }

/// An address nobody else uses; a Unix path is removed with the server.
func freshAddress(_ transport: Transport = .unix) -> WireAddress {
    switch transport {
    case .tcp: .tcp(host: "127.0.0.1", port: 0)
    case .unix: .unix(path: "/tmp/wire-\(UUID().uuidString.prefix(13)).sock")
    }
}

/// Runs `body` with a server and a client for it, and stops both.
@discardableResult
func withServer<T>(
    _ transport: Transport = .unix, limits: WireLimits = .default, clientLimits: WireLimits = .default,
    handler: any WireHandler = ClosureHandler.echo, _ body: (WireServer, WireClient) async throws -> T
) async throws -> T {
    let server = try await WireServer.start(
        address: freshAddress(transport), handler: handler, limits: limits, group: group)
    let client = WireClient(address: server.address, limits: clientLimits, group: group)
    let outcome: Result<T, any Error>
    do { outcome = .success(try await body(server, client)) } catch { outcome = .failure(error) }
    await client.close()
    await server.stop(graceMilliseconds: 200)
    return try outcome.get()
}

func code(_ body: () async throws(WireError) -> some Sendable) async -> WireError.Code? {
    do throws(WireError) {
        _ = try await body()
        return nil
    } catch {
        return error.code
    }
}

/// Waits until a condition holds; a failed test after half a minute.
func eventually(_ what: String, _ condition: () async -> Bool) async throws {
    let end = ContinuousClock.now + .milliseconds(Int64(patience))
    while ContinuousClock.now < end {
        if await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("never happened: \(what)")
}

/// Collects values from any thread.
final class Recorder<Value: Sendable>: Sendable {
    private let storage = Mutex<[Value]>([])
    func append(_ value: Value) { storage.withLock { $0.append(value) } }
    var values: [Value] { storage.withLock { $0 } }
}
