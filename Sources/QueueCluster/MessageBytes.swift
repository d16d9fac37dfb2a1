internal import NIOCore
internal import Queue
internal import SwiftProtobuf

/// Control messages to bytes and back.
enum MessageBytes {
    static func encode(_ message: some Message) throws(QueueError) -> ByteBuffer {
        do {
            return ByteBuffer(bytes: try message.serializedBytes() as [UInt8])
        } catch {
            throw QueueError(.invalid, "a message that cannot be encoded: \(error)")
        }
    }

    static func decode<M: Message>(_ type: M.Type, _ bytes: ByteBuffer) throws(QueueError) -> M {
        do {
            return try M(serializedBytes: Array(bytes.readableBytesView))
        } catch {
            throw QueueError(.invalid, "bytes that are no \(M.protoMessageName)")
        }
    }
}
