import NIOCore
import Synchronization
import Testing
import Wire

@Suite struct RequestTests {
    @Test(arguments: Transport.allCases)
    func anEchoComesBack(_ transport: Transport) async throws {
        try await withServer(transport) { _, client in
            let response = try await client.call(
                method, control: ByteBuffer(string: "control"), payload: ByteBuffer(string: "payload"))
            #expect(String(buffer: response.control) == "control")
            #expect(String(buffer: response.payload) == "payload")
            #expect(client.isConnected)
        }
    }

    @Test(arguments: Transport.allCases)
    func requestsReachTheHandlerInTheOrderOfTheCalls(_ transport: Transport) async throws {
        let seen = Recorder<UInt32>()
        let handler = ClosureHandler { request, reply in
            seen.append(request.payload.getInteger(at: request.payload.readerIndex) ?? 0)
            reply.succeed(WireResponse())
        }
        try await withServer(transport, handler: handler) { _, client in
            let answered = Atomic<Int>(0)
            for number in 0..<5000 as Range<UInt32> {
                client.send(
                    method, control: ByteBuffer(), payload: ByteBuffer(integer: number), deadlineMilliseconds: patience,
                    whenFull: .wait
                ) { result in
                    if case .success = result { answered.add(1, ordering: .relaxed) }
                }
            }
            try await eventually("all answered") { answered.load(ordering: .relaxed) == 5000 }
            #expect(seen.values == Array(0..<5000))
        }
    }

    @Test func answersComeInAnyOrder() async throws {
        let held = Recorder<WireReply>()
        let handler = ClosureHandler { request, reply in
            if request.control.readableBytes == 0 { held.append(reply) } else { reply.succeed(WireResponse()) }
        }
        try await withServer(handler: handler) { _, client in
            async let slow = client.ask(method)
            try await eventually("the slow one is running") { held.values.count == 1 }
            _ = try await client.ask(method, control: ByteBuffer(string: "quick"))
            held.values[0].succeed(WireResponse(payload: ByteBuffer(string: "slow")))
            #expect(String(buffer: try await slow.payload) == "slow")
        }
    }

    @Test(arguments: Transport.allCases)
    func bigPayloadsTravelWhole(_ transport: Transport) async throws {
        try await withServer(transport) { _, client in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for size in [0, 1, 4095, 4096, 4097, 65_536, 1 << 20, 12 << 20] {
                    tasks.addTask {
                        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                            for index in 0..<size { buffer[index] = UInt8(truncatingIfNeeded: index &* 31 &+ size) }
                            count = size
                        }
                        let response = try await client.call(
                            method, control: ByteBuffer(string: "c"), payload: ByteBuffer(bytes: bytes),
                            deadlineMilliseconds: patience)
                        #expect(response.payload == ByteBuffer(bytes: bytes))
                        #expect(String(buffer: response.control) == "c")
                    }
                }
                try await tasks.waitForAll()
            }
        }
    }

    @Test func errorsKeepCodeAndMessage() async throws {
        let handler = ClosureHandler { _, reply in reply.fail(WireError(.init(rawValue: 1007), "no such thing: ü")) }
        try await withServer(handler: handler) { _, client in
            await #expect(throws: WireError(.init(rawValue: 1007), "no such thing: ü")) {
                _ = try await client.ask(method)
            }
        }
    }

    @Test func tasksAnswerThroughComplete() async throws {
        let handler = ClosureHandler { request, reply in
            let payload = request.payload
            reply.complete { () async throws(WireError) in
                await Task.yield()
                guard payload.readableBytes > 0 else { throw WireError(.invalid, "empty") }
                return WireResponse(payload: payload)
            }
        }
        try await withServer(handler: handler) { _, client in
            let response = try await client.ask(method, payload: ByteBuffer(string: "x"))
            #expect(String(buffer: response.payload) == "x")
            #expect(await code { () async throws(WireError) in try await client.ask(method) } == .invalid)
        }
    }

    @Test func aReplyThatIsDroppedIsAnsweredAsTemporary() async throws {
        try await withServer(handler: ClosureHandler { _, _ in }) { _, client in
            #expect(await code { () async throws(WireError) in try await client.ask(method) } == .temporary)
            #expect(client.isConnected)
        }
    }

    @Test func onlyTheFirstAnswerCounts() async throws {
        let handler = ClosureHandler { request, reply in
            reply.succeed(WireResponse(payload: ByteBuffer(string: "first")))
            reply.fail(WireError(.invalid, "second"))
        }
        try await withServer(handler: handler) { _, client in
            for _ in 0..<3 {
                let response = try await client.ask(method)
                #expect(String(buffer: response.payload) == "first")
            }
        }
    }

    @Test func aRouterPicksByMethod() async throws {
        var router = WireRouter()
        router.register([method], ClosureHandler.echo)
        try await withServer(handler: router) { _, client in
            _ = try await client.ask(method)
            let other = WireMethod(rawValue: 7)
            #expect(await code { () async throws(WireError) in try await client.ask(other) } == .unknownMethod)
        }
    }

    @Test func manyTasksShareOneConnection() async throws {
        try await withServer(.tcp) { _, client in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for task in 0..<50 {
                    tasks.addTask {
                        for number in 0..<100 {
                            let payload = ByteBuffer(string: "\(task)/\(number)")
                            let response = try await client.ask(method, payload: payload)
                            #expect(response.payload == payload)
                        }
                    }
                }
                try await tasks.waitForAll()
            }
        }
    }
}
