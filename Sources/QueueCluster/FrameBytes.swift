internal import NIOCore
internal import Queue

/// Frames on the wire: headers in the control message, bytes raw and one after the other in the payload.
enum FrameBytes {
    static func join(_ frames: ArraySlice<NumberedFrame>) -> (headers: [QueueFrameHeader], payload: ByteBuffer) {
        var payload = ByteBuffer()
        payload.reserveCapacity(frames.reduce(0) { $0 + $1.bytes.count })
        let headers = frames.map { frame in
            payload.writeBytes(frame.bytes)
            return header(frame.key, frame.number, length: frame.bytes.count)
        }
        return (headers, payload)
    }

    static func join(_ frames: [FetchedFrame]) -> (headers: [QueueFrameHeader], payload: ByteBuffer) {
        var payload = ByteBuffer()
        let headers = frames.map { frame in
            let key = StreamKey(partition: frame.partition, stream: frame.stream)
            switch frame.content {
            case .bytes(let bytes):
                payload.writeBytes(bytes)
                return header(key, frame.number, length: bytes.count)
            case .quarantined(let reason):
                var header = header(key, frame.number, length: 0)
                // An empty text would stand for a readable frame.
                header.quarantined = reason.isEmpty ? "quarantined" : reason
                return header
            }
        }
        return (headers, payload)
    }

    static func splitAppended(_ headers: [QueueFrameHeader], _ payload: ByteBuffer) throws(QueueError)
        -> [NumberedFrame]
    {
        try split(headers, payload) { header, bytes throws(QueueError) in
            guard !bytes.isEmpty, header.quarantined.isEmpty else {
                throw QueueError(.invalid, "a frame without bytes")
            }
            return NumberedFrame(key: try StreamKey(header.key), number: header.number, bytes: bytes)
        }
    }

    static func splitFetched(_ headers: [QueueFrameHeader], _ payload: ByteBuffer) throws(QueueError) -> [FetchedFrame]
    {
        try split(headers, payload) { header, bytes throws(QueueError) in
            let key = try StreamKey(header.key)
            let isQuarantined = !header.quarantined.isEmpty
            guard isQuarantined == bytes.isEmpty else { throw QueueError(.invalid, "a frame without bytes") }
            return FetchedFrame(
                partition: key.partition, stream: key.stream, number: header.number,
                content: isQuarantined ? .quarantined(header.quarantined) : .bytes(bytes))
        }
    }

    private static func split<Frame>(
        _ headers: [QueueFrameHeader], _ payload: ByteBuffer,
        make: (QueueFrameHeader, [UInt8]) throws(QueueError) -> Frame
    ) throws(QueueError) -> [Frame] {
        var payload = payload
        var frames: [Frame] = []
        frames.reserveCapacity(headers.count)
        for header in headers {
            guard header.length <= QueueLimits.frameBytes, let bytes = payload.readBytes(length: Int(header.length))
            else {
                throw QueueError(.invalid, "a frame of \(header.length) bytes, \(payload.readableBytes) are there")
            }
            guard header.number > 0 else { throw QueueError(.invalid, "a frame with number 0") }
            frames.append(try make(header, bytes))
        }
        guard payload.readableBytes == 0 else {
            throw QueueError(.invalid, "\(payload.readableBytes) bytes that belong to no frame")
        }
        return frames
    }

    private static func header(_ key: StreamKey, _ number: UInt64, length: Int) -> QueueFrameHeader {
        var header = QueueFrameHeader()
        header.key = key.message
        header.number = number
        header.length = UInt32(clamping: length)
        return header
    }
}
