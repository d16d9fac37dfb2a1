import FaultyFiles
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Wire

/// What peers may say to a server: it answers or closes, in time and within its limits, and serves others.
extension FuzzSuite {
    @Test func wire() async throws {
        let scratch = try Scratch()
        var limits = WireLimits()
        limits.frameBytes = 1 << 20
        let address = WireAddress.unix(path: scratch.path + "/s")
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await WireServer.start(address: address, handler: Echo(), limits: limits, group: group)
        let client = WireClient(address: address, group: group)
        let before = Memory.residentBytes
        try await Fuzzing.run("wire", corpus: WireSamples.all) { input, random in
            // What comes in pieces takes other ways through the reader.
            let cut = random.oneIn(2) ? input.count : Int.random(in: 0...input.count, using: &random)
            try await RawPeer.say([Array(input.prefix(cut)), Array(input.dropFirst(cut))], to: scratch.path + "/s")
            guard random.oneIn(8) else { return }
            let answer = try await client.call(WireMethod(rawValue: 7), control: ByteBuffer(string: "hello"))
            guard String(buffer: answer.control) == "hello" else { throw Wrong("a good client is not served") }
            let grown = Memory.residentBytes - before
            guard grown < 256 << 20 else { throw Wrong("\(grown) bytes more than at the start") }
        }
        await client.close()
        await server.stop(graceMilliseconds: 200)
    }
}

private struct Echo: WireHandler {
    func handle(_ request: WireRequest, reply: WireReply) {
        reply.succeed(WireResponse(control: request.control, payload: request.payload))
    }
}

/// A connection that says some bytes and then nothing more; the server has to close it in the end.
private enum RawPeer {
    private static let patienceSeconds: Int64 = 20

    static func say(_ pieces: [[UInt8]], to path: String) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: false)
            .connect(unixDomainSocketPath: path).get()
        for piece in pieces where !piece.isEmpty {
            // The server may have closed already: that is one of the right answers.
            try? await channel.writeAndFlush(ByteBuffer(bytes: piece)).get()
        }
        try? await channel.close(mode: .output).get()
        let isLate = Mutex(false)
        let timer = channel.eventLoop.scheduleTask(in: .seconds(patienceSeconds)) {
            isLate.withLock { $0 = true }
            channel.close(promise: nil)
        }
        try? await channel.closeFuture.get()
        timer.cancel()
        if isLate.withLock({ $0 }) { throw Wrong("the server keeps a connection of which it has heard the end") }
    }
}

private enum Memory {
    /// The second number of `statm`, in pages.
    static var residentBytes: Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let fields = text.split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
    }
}

/// Hellos and frames as good clients send them, written independently of the encoder (docs/formats/wire.md).
private enum WireSamples {
    static var all: [[UInt8]] {
        let hello =
            Array("SCW\n".utf8) + big(UInt16(1)) + big(UInt16(1)) + big(UInt32(0)) + big(UInt32(1 << 20))
            + big(UInt32(64)) + big(UInt32(0))
        let request = frame(1, id: 1, control: Array("hello".utf8), payload: Array(repeating: 7, count: 100))
        let others = (1...5 as ClosedRange<UInt8>).flatMap { frame($0, id: UInt64($0), control: [1, 2], payload: []) }
        let huge = big(UInt32.max) + request.dropFirst(4)
        let large = frame(1, id: 9, control: [], payload: Array(repeating: 1, count: 40_000))
        return [
            hello, hello + request, hello + request + request, hello + others, hello + huge, hello + large + request,
        ]
    }

    private static func frame(_ kind: UInt8, id: UInt64, control: [UInt8], payload: [UInt8]) -> [UInt8] {
        let rest =
            [kind, 0] + big(UInt16(7)) + big(id) + big(UInt32(5000)) + big(UInt32(control.count)) + control + payload
        return big(UInt32(rest.count)) + rest
    }

    private static func big<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
