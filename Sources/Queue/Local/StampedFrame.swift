/// A frame as a node's log keeps it: its bytes, then when it was appended (unix milliseconds, 8 bytes, big-endian).
///
/// The stamp stands behind, so that it comes off without moving the frame.
enum StampedFrame {
    static let stampBytes = 8

    static func stamp(_ bytes: [UInt8], unixMilliseconds: UInt64) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bytes.count + stampBytes) { buffer, count in
            _ = buffer.initialize(from: bytes)
            for index in 0..<stampBytes {
                (buffer.baseAddress! + bytes.count + index)
                    .initialize(to: UInt8(truncatingIfNeeded: unixMilliseconds >> UInt64(56 - 8 * index)))
            }
            count = bytes.count + stampBytes
        }
    }

    /// Nil where there are fewer bytes than a stamp has.
    static func open(_ stamped: consuming [UInt8]) -> (bytes: [UInt8], unixMilliseconds: UInt64)? {
        guard stamped.count >= stampBytes else { return nil }
        let time: UInt64 = bigEndian(stamped[(stamped.count - stampBytes)...])
        stamped.removeLast(stampBytes)
        return (stamped, time)
    }
}
