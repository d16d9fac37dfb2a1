internal import NIOCore

/// Cuts a stream of bytes into a hello and frames. Lengths are checked before anything is awaited or parsed.
struct FrameReader {
    private var buffer = ByteBuffer()
    private let frameBytesMax: Int

    init(frameBytesMax: Int) { self.frameBytesMax = frameBytesMax }

    mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.discardReadBytes()
            buffer.writeImmutableBuffer(bytes)
        }
    }

    /// The hello, once it has arrived whole. Throws as soon as it cannot become one.
    mutating func nextHello() throws(WireError) -> Hello? {
        try Hello.checkBeginning(of: buffer)
        guard let slice = buffer.readSlice(length: Hello.bytes) else { return nil }
        return try Hello(slice)
    }

    /// How many bytes the next frame has, once that is known. After a throw the connection is of no use.
    func nextBytes() throws(WireError) -> Int? {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return nil }
        guard Int(length) + 4 <= frameBytesMax else {
            throw WireError(.tooLarge, "a frame of \(Int(length) + 4) bytes, at most \(frameBytesMax) are accepted")
        }
        guard Int(length) + 4 >= Frame.headerBytes else {
            throw WireError(.invalid, "a frame of \(Int(length) + 4) bytes is shorter than its header")
        }
        return Int(length) + 4
    }

    /// The next whole frame; nil if more bytes are needed. Throws as `nextBytes`.
    mutating func next() throws(WireError) -> Frame? {
        guard let bytes = try nextBytes(), var frame = buffer.readSlice(length: bytes) else { return nil }
        return try Self.parse(&frame)
    }

    private static func parse(_ bytes: inout ByteBuffer) throws(WireError) -> Frame {
        guard
            let (_, kindNumber, flags, code, id, deadline, controlBytes) = bytes.readMultipleIntegers(
                as: (UInt32, UInt8, UInt8, UInt16, UInt64, UInt32, UInt32).self)
        else { throw WireError(.invalid, "a frame without its header") }
        guard let kind = Frame.Kind(rawValue: kindNumber) else {
            throw WireError(.invalid, "a frame of unknown type \(kindNumber)")
        }
        guard flags == 0 else { throw WireError(.invalid, "a frame with unknown flags \(flags)") }
        guard Int(controlBytes) <= bytes.readableBytes, let control = bytes.readSlice(length: Int(controlBytes)) else {
            throw WireError(.invalid, "a control message longer than its frame")
        }
        return Frame(
            kind: kind, code: code, id: id, deadlineMilliseconds: deadline, control: control, payload: bytes)
    }
}
