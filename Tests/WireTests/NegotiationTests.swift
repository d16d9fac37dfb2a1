import NIOCore
import Testing

@testable import Wire

/// Releases that speak other versions than this one: fakes on either side.
@Suite struct NegotiationTests {
    private func spoken(_ versions: ClosedRange<UInt16>) -> WireProtocol {
        WireProtocol(id: 9, name: "letters", versions: versions)
    }

    /// Echoes, and says that it speaks `versions`.
    private struct Speaker: WireHandler {
        var protocols: [WireProtocol]
        func handle(_ request: WireRequest, reply: WireReply) { reply.succeed(WireResponse(payload: request.payload)) }
    }

    private func error(_ body: () async throws(WireError) -> some Sendable) async -> WireError? {
        do throws(WireError) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test(
        arguments: [
            (1...2, 1...1, 1), (1...2, 2...3, 2), (2...4, 1...3, 3), (5...5, 5...5, 5),
        ] as [(ClosedRange<UInt16>, ClosedRange<UInt16>, UInt16)])
    func theHighestCommonVersionIsUsed(
        _ own: ClosedRange<UInt16>, _ other: ClosedRange<UInt16>, _ agreed: UInt16
    ) async throws {
        try await withServer(handler: Speaker(protocols: [spoken(other)])) { server, _ in
            let client = WireClient(address: server.address, protocols: [spoken(own)], group: group)
            _ = try await client.ask(method)
            #expect(client.version(of: spoken(own)) == agreed)
            await client.close()
        }
    }

    @Test(
        arguments: [
            (1...2, 3...4, "update this side"), (3...4, 1...2, "update the other side"),
        ] as [(ClosedRange<UInt16>, ClosedRange<UInt16>, String)])
    func withNoneInCommonBothSidesAreNamed(
        _ own: ClosedRange<UInt16>, _ other: ClosedRange<UInt16>, _ advice: String
    ) async throws {
        try await withServer(handler: Speaker(protocols: [spoken(other)])) { server, _ in
            let client = WireClient(address: server.address, protocols: [spoken(own)], group: group)
            let refusal = await error { () async throws(WireError) in try await client.ask(method) }
            #expect(refusal?.code == .unsupportedVersion)
            for part in [
                "\(server.address)", "versions \(other.lowerBound) to \(other.upperBound) of the letters protocol",
                "\(own.lowerBound) to \(own.upperBound)", "release", advice,
            ] {
                #expect(refusal?.message.contains(part) == true, "\(refusal?.message ?? "") lacks \(part)")
            }
            await client.close()
        }
    }

    @Test func aServerOfTheFirstReleaseCountsAsVersionOne() async throws {
        // It answers the hello with version 1, and never hears an introduction.
        let server = try await RawServer(answers: [RawBytes.hello(lowest: 1, highest: 1, chosen: 1)])
        let client = WireClient(address: server.address, protocols: [spoken(1...2)], group: group)
        let late = await error { () async throws(WireError) in
            try await client.ask(method, deadlineMilliseconds: 200)
        }
        #expect(late?.code == .timedOut, "the connection stands; only nobody answers")
        #expect(client.version(of: spoken(1...2)) == 1)
        await client.close()
        await server.close()
        let other = try await RawServer(answers: [RawBytes.hello(lowest: 1, highest: 1, chosen: 1)])
        let newer = WireClient(address: other.address, protocols: [spoken(2...3)], group: group)
        let refusal = await error { () async throws(WireError) in try await newer.ask(method) }
        #expect(refusal?.code == .unsupportedVersion)
        await newer.close()
        await other.close()
    }

    @Test func aClientOfTheFirstReleaseIsServed() async throws {
        try await withServer(handler: Speaker(protocols: [spoken(1...2)])) { server, _ in
            let peer = try await RawPeer(server.address)
            peer.say(RawBytes.hello(lowest: 1, highest: 1) + RawBytes.frame(id: 5, payload: [1]))
            try await eventually("answered") { ((try? RawBytes.parse(peer.bytes))?.frames.count ?? 0) == 1 }
            #expect(try RawBytes.parse(peer.bytes).hello?.chosen == 1)
            peer.close()
        }
    }

    @Test func aRouterSpeaksWhatItsHandlersSpeak() {
        var router = WireRouter()
        router.register([method], Speaker(protocols: [spoken(1...2)]))
        #expect(router.protocols == [spoken(1...2)])
    }

    @Test func anIntroductionIsCheckedAndMayGrow() throws {
        let introduction = Introduction([spoken(1...2)])
        var longer = introduction.encoded
        longer.writeInteger(UInt64.max)
        #expect(try Introduction(decoding: longer) == introduction)
        for bad in [[], [0], [0, 1, 0, 9, 0, 2], [0, 1, 0, 9, 0, 3, 0, 2], [255, 255]] as [[UInt8]] {
            #expect(throws: WireError.self) { try Introduction(decoding: ByteBuffer(bytes: bad)) }
        }
    }

    @Test func releasesAreThreeNumbers() {
        #expect(WireRelease("0.1.0")?.description == "release 0.1.0")
        #expect(WireRelease("2.10.300-beta")?.description == "release 2.10.300")
        for bad in ["", "1.2", "a.b.c", "1.2.70000", "300.0.0"] { #expect(WireRelease(bad) == nil) }
    }
}
