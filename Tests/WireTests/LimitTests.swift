import NIOCore
import Synchronization
import Testing

@testable import Wire

@Suite struct LimitTests {
    @Test func aRequestAboveTheServersLimitIsRefused() async throws {
        var small = WireLimits()
        small.frameBytes = 10_000
        try await withServer(limits: small) { _, client in
            let big = ByteBuffer(repeating: 7, count: 10_000)
            // Before and after the server's limit is known.
            for _ in 0..<2 {
                #expect(
                    await code { () async throws(WireError) in try await client.ask(method, payload: big) } == .tooLarge
                )
            }
            let fits = ByteBuffer(repeating: 7, count: 9_900)
            let response = try await client.ask(method, payload: fits)
            #expect(response.payload == fits)
        }
    }

    @Test func anAnswerAboveTheClientsLimitIsRefused() async throws {
        var small = WireLimits()
        small.frameBytes = 10_000
        let handler = ClosureHandler { _, reply in
            reply.succeed(WireResponse(payload: ByteBuffer(repeating: 7, count: 10_000)))
        }
        try await withServer(clientLimits: small, handler: handler) { _, client in
            #expect(await code { () async throws(WireError) in try await client.ask(method) } == .tooLarge)
            #expect(client.isConnected)
        }
    }

    @Test func sendFailsWhenTooMuchIsOutstandingAndCallWaits() async throws {
        var limits = WireLimits()
        limits.outstandingRequests = 2
        let held = Recorder<WireReply>()
        try await withServer(clientLimits: limits, handler: ClosureHandler { _, reply in held.append(reply) }) {
            _, client in
            let results = Recorder<Result<WireResponse, WireError>>()
            @Sendable func send() {
                client.send(method, control: .init(), payload: .init(), deadlineMilliseconds: patience) {
                    results.append($0)
                }
            }
            send()
            send()
            try await eventually("both are running") { held.values.count == 2 }
            send()
            try await eventually("the third is refused") { results.values.count == 1 }
            #expect(throws: WireError.self) { try results.values[0].get() }
            // A call waits for a slot, but not beyond its deadline.
            let quick = await code { () async throws(WireError) in
                try await client.ask(method, deadlineMilliseconds: 50)
            }
            #expect(quick == .timedOut)
            #expect(held.values.count == 2)
            async let waiting = client.ask(method, deadlineMilliseconds: patience)
            held.values[0].succeed(WireResponse())
            try await eventually("the call got the slot") { held.values.count == 3 }
            held.values[1].succeed(WireResponse())
            held.values[2].succeed(WireResponse())
            _ = try await waiting
        }
    }

    @Test func aServerStopsReadingAtItsOutstandingLimit() async throws {
        var limits = WireLimits()
        limits.outstandingRequests = 3
        let held = Recorder<WireReply>()
        let handler = ClosureHandler { _, reply in held.append(reply) }
        try await withServer(limits: limits, handler: handler) { server, _ in
            let peer = try await RawPeer(server.address)
            peer.say(RawBytes.hello())
            for id in 1...10 as ClosedRange<UInt64> { peer.say(RawBytes.frame(id: id)) }
            peer.say(RawBytes.frame(type: 4, id: 99))
            try await eventually("three are running") { held.values.count == 3 }
            for index in 0..<10 {
                try await eventually("request \(index) is running") { held.values.count > index }
                #expect(held.values.count <= index + 3)
                held.values[index].succeed(WireResponse())
            }
            try await eventually("all are answered") {
                ((try? RawBytes.parse(peer.bytes))?.frames.count ?? 0) == 11
            }
            let answered = try RawBytes.parse(peer.bytes).frames.map(\.id)
            #expect(answered.sorted() == Array(1...10) + [99])
            peer.close()
        }
    }

    @Test func connectionsBeyondTheLimitAreTurnedAway() async throws {
        var limits = WireLimits()
        limits.connections = 1
        try await withServer(limits: limits) { server, client in
            _ = try await client.ask(method)
            let second = WireClient(address: server.address, group: group)
            await #expect(throws: WireError.self) { try await second.ask(method) }
            await second.close()
            _ = try await client.ask(method)
        }
    }

    @Test func aDeadlineEndsTheWaitingAndALateAnswerIsDropped() async throws {
        let held = Recorder<WireReply>()
        let handler = ClosureHandler { request, reply in
            #expect(request.deadlineMilliseconds > 0)
            if request.control.readableBytes > 0 { held.append(reply) } else { reply.succeed(WireResponse()) }
        }
        try await withServer(handler: handler) { _, client in
            let slow = ByteBuffer(string: "slow")
            async let long = client.ask(method, control: slow, deadlineMilliseconds: patience)
            try await eventually("the long one is running") { held.values.count == 1 }
            let short = await code { () async throws(WireError) in
                try await client.ask(method, control: slow, deadlineMilliseconds: 30)
            }
            #expect(short == .timedOut)
            try await eventually("the short one is running") { held.values.count == 2 }
            for reply in held.values { reply.succeed(WireResponse()) }
            _ = try await long
            _ = try await client.ask(method)
            #expect(client.isConnected)
        }
    }

    /// Between getting its slot and being written.
    @Test func aRequestThatWasNotSentYetCanBeTakenBack() {
        var limits = WireLimits()
        limits.outstandingRequests = 1
        var admission = Admission(limits: limits)
        admission.phase = .ready
        for id in 1...2 as ClosedRange<UInt64> {
            let request = OutgoingRequest(
                id: id, method: method, control: ByteBuffer(), payload: ByteBuffer(), deadlineMilliseconds: 0,
                deadline: nil, completion: { _ in })
            _ = admission.submit(request, waitsWhenFull: true)
        }
        #expect(admission.withdraw(id: 1)?.id == 1)
        #expect(admission.takeSubmitted().map(\.id) == [2])
        #expect(admission.withdraw(id: 1) == nil)
    }

    @Test func cancellingATaskEndsItsCall() async throws {
        let held = Recorder<WireReply>()
        try await withServer(handler: ClosureHandler { _, reply in held.append(reply) }) { _, client in
            let task = Task { await code { () async throws(WireError) in try await client.ask(method) } }
            try await eventually("it is running") { held.values.count == 1 }
            task.cancel()
            #expect(await task.value == .cancelled)
        }
    }
}
