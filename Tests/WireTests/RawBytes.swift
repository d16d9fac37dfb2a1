import NIOCore

@testable import Wire

/// The bytes of frames and hellos, written here independently of the encoder.
enum RawBytes {
    static func hello(
        lowest: UInt16 = 1, highest: UInt16 = 1, chosen: UInt16 = 0, error: UInt16 = 0, frameBytes: UInt32 = 16 << 20,
        outstanding: UInt32 = 1024
    ) -> [UInt8] {
        Array("SCW\n".utf8) + big(lowest) + big(highest) + big(chosen) + big(error) + big(frameBytes) + big(outstanding)
            + big(UInt32(0))
    }

    static func frame(
        type: UInt8 = 1, flags: UInt8 = 0, code: UInt16 = 0x0101, id: UInt64 = 1, deadline: UInt32 = 5000,
        control: [UInt8] = [], payload: [UInt8] = []
    ) -> [UInt8] {
        let rest = [type, flags] + big(code) + big(id) + big(deadline) + big(UInt32(control.count)) + control + payload
        return big(UInt32(rest.count)) + rest
    }

    static func big<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    /// What a server has said: its hello and the frames behind it.
    static func parse(_ bytes: [UInt8]) throws -> (hello: Hello?, frames: [Frame]) {
        var reader = FrameReader(frameBytesMax: 32 << 20)
        reader.append(ByteBuffer(bytes: bytes))
        let hello = try reader.nextHello()
        var frames: [Frame] = []
        while let frame = try reader.next() { frames.append(frame) }
        return (hello, frames)
    }
}
