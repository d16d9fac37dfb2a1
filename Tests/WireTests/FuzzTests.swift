import NIOCore
import Testing

@testable import Wire

/// A small generator whose seed can be given again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite struct FuzzTests {
    @Test func theReaderNeverTrapsAndNeverHoldsMoreThanItMay() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("fuzz seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let end = ContinuousClock.now + .seconds(1)
        var frames = 0
        var errors = 0
        while ContinuousClock.now < end {
            let bytes = Bool.random(using: &random) ? noise(&random) : mutated(&random)
            (frames, errors) = feed(bytes, frames, errors, &random)
        }
        #expect(frames > 100)
        #expect(errors > 100)
    }

    @Test func aServerOutlivesMutatedPeers() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("fuzz seed \(seed)")
        var random = SeededGenerator(seed: seed)
        try await withServer { server, client in
            for _ in 0..<100 {
                let peer = try await RawPeer(server.address)
                peer.say((Int.random(in: 0..<4, using: &random) == 0 ? [] : RawBytes.hello()) + mutated(&random))
                if Bool.random(using: &random) {
                    peer.close()
                } else {
                    try? await peer.channel.close(mode: .output).get()
                }
            }
            _ = try await client.ask(method)
        }
    }

    /// Feeds bytes in random pieces; what comes out fits the limits and encodes to itself.
    private func feed(
        _ bytes: [UInt8], _ frames: Int, _ errors: Int, _ random: inout SeededGenerator
    ) -> (frames: Int, errors: Int) {
        var (frames, errors) = (frames, errors)
        var reader = FrameReader(frameBytesMax: 2000)
        var rest = bytes[...]
        var wantsHello = Int.random(in: 0..<8, using: &random) == 0
        do throws(WireError) {
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...300, using: &random))
                rest = rest.dropFirst(piece.count)
                reader.append(ByteBuffer(bytes: piece))
                if wantsHello { wantsHello = try reader.nextHello() == nil }
                while !wantsHello, let frame = try reader.next() {
                    #expect(frame.bytes <= 2000)
                    check(frame)
                    frames += 1
                }
            }
        } catch {
            errors += 1
        }
        return (frames, errors)
    }

    private func check(_ frame: Frame) {
        var encoded = ByteBuffer()
        frame.encode(allocator: ByteBufferAllocator()) { encoded.writeImmutableBuffer($0) }
        var reader = FrameReader(frameBytesMax: 2000)
        reader.append(encoded)
        let again = try? reader.next()
        #expect(again?.id == frame.id && again?.kind == frame.kind && again?.code == frame.code)
        #expect(again?.control == frame.control && again?.payload == frame.payload)
    }

    private func noise(_ random: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    /// Some good frames with a few bytes changed, cut out or put in.
    private func mutated(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for id in 0..<UInt64.random(in: 1...6, using: &random) {
            bytes += RawBytes.frame(
                type: UInt8.random(in: 1...5, using: &random), id: id, control: noise(&random), payload: noise(&random))
        }
        for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...20, using: &random)))
            default: bytes.insert(contentsOf: noise(&random), at: index)
            }
        }
        return bytes
    }
}
