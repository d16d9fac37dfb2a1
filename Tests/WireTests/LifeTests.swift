import NIOCore
import Synchronization
import Testing
import Wire

@Suite struct LifeTests {
    @Test(arguments: Transport.allCases)
    func aClientComesBackAfterTheServerWasRestarted(_ transport: Transport) async throws {
        let held = Recorder<WireReply>()
        let first = try await WireServer.start(
            address: freshAddress(transport), handler: ClosureHandler { _, reply in held.append(reply) }, group: group)
        let client = WireClient(address: first.address, group: group)
        async let underWay = code { () async throws(WireError) in try await client.ask(method) }
        try await eventually("it is running") { held.values.count == 1 }
        await first.stop(graceMilliseconds: 0)
        #expect(await underWay == .temporary)
        try await eventually("the loss is noticed") { !client.isConnected }
        // Down: fails at once, long before the deadline.
        let begin = ContinuousClock.now
        #expect(await code { () async throws(WireError) in try await client.ask(method) } == .temporary)
        #expect(ContinuousClock.now - begin < .milliseconds(Int64(patience)))

        let second = try await WireServer.start(address: first.address, handler: ClosureHandler.echo, group: group)
        try await eventually("it is connected again") { client.isConnected }
        _ = try await client.ask(method)
        await client.close()
        await second.stop(graceMilliseconds: 100)
    }

    @Test func aServerThatIsNotThereIsTemporary() async throws {
        let client = WireClient(address: freshAddress(.unix), group: group)
        let results = Recorder<Bool>()
        for _ in 0..<10 {
            client.send(method, control: .init(), payload: .init(), deadlineMilliseconds: patience) { result in
                if case .failure(let error) = result { results.append(error.code == .temporary) }
            }
        }
        try await eventually("all failed") { results.values.count == 10 }
        #expect(results.values.allSatisfy { $0 })
        await client.close()
    }

    @Test func aClosedClientSaysSo() async throws {
        let held = Recorder<WireReply>()
        try await withServer(handler: ClosureHandler { _, reply in held.append(reply) }) { _, client in
            async let underWay = code { () async throws(WireError) in try await client.ask(method) }
            try await eventually("it is running") { held.values.count == 1 }
            await client.close()
            #expect(await underWay == .closed)
            #expect(await code { () async throws(WireError) in try await client.ask(method) } == .closed)
            await client.close()
        }
    }

    @Test func aClientThatGoesAwayClosesItsConnection() async throws {
        let cancelled = Atomic<Bool>(false)
        let handler = ClosureHandler { _, reply in
            reply.complete { () async throws(WireError) in
                try? await Task.sleep(for: .seconds(60))
                cancelled.store(Task.isCancelled, ordering: .relaxed)
                return WireResponse()
            }
        }
        try await withServer(handler: handler) { server, _ in
            let results = Recorder<Bool>()
            do {
                let client = WireClient(address: server.address, group: group)
                client.send(method, control: .init(), payload: .init(), deadlineMilliseconds: 0) { _ in
                    results.append(true)
                }
                try await eventually("connected") { client.isConnected }
            }
            try await eventually("the request has ended") { results.values.count == 1 }
            try await eventually("its task was cancelled") { cancelled.load(ordering: .relaxed) }
        }
    }

    @Test func stoppingLetsRunningRequestsFinish() async throws {
        let held = Recorder<WireReply>()
        let server = try await WireServer.start(
            address: freshAddress(), handler: ClosureHandler { _, reply in held.append(reply) }, group: group)
        let client = WireClient(address: server.address, group: group)
        async let answer = client.ask(method)
        try await eventually("it is running") { held.values.count == 1 }
        async let stopped: Void = server.stop(graceMilliseconds: Int(patience))
        // A request that arrives now is refused, and the running one still gets its answer.
        try await eventually("new requests are refused") {
            await code { () async throws(WireError) in try await client.ask(method, deadlineMilliseconds: 100) }
                == .temporary
        }
        let big = ByteBuffer(repeating: 7, count: 8 << 20)
        for reply in held.values { reply.succeed(WireResponse(payload: big)) }
        #expect(try await answer.payload == big)
        await stopped
        await client.close()
    }

    @Test func stoppingCancelsWhatOutlastsTheGrace() async throws {
        let cancelled = Atomic<Bool>(false)
        let running = Atomic<Bool>(false)
        let handler = ClosureHandler { _, reply in
            reply.complete { () async throws(WireError) in
                running.store(true, ordering: .relaxed)
                try? await Task.sleep(for: .seconds(60))
                cancelled.store(Task.isCancelled, ordering: .relaxed)
                return WireResponse()
            }
        }
        let server = try await WireServer.start(address: freshAddress(), handler: handler, group: group)
        let client = WireClient(address: server.address, group: group)
        async let answer = code { () async throws(WireError) in try await client.ask(method) }
        try await eventually("it is running") { running.load(ordering: .relaxed) }
        await server.stop(graceMilliseconds: 20)
        #expect(await answer == .temporary)
        try await eventually("its task was cancelled") { cancelled.load(ordering: .relaxed) }
        await client.close()
    }
}
