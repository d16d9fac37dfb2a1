internal import DurableFiles
internal import HashRing
internal import Queue

/// An item that cannot be processed, and why: one entry of `dead-letters/<stage>-<partition>.log`.
///
/// | line | meaning |
/// | --- | --- |
/// | `dead-letter 1` | starts an entry; the format's version |
/// | `time: …` | unix milliseconds at which it was put aside |
/// | `stage: …` `topic: …` `partition: …` | who put it aside, and where it came from |
/// | `source: STREAM/NUMBER/INDEX` | the frame, and the item's place in it from 0; -1 where the frame cannot be read |
/// | `reason: …` | one line |
/// | `length: …` `crc32: …` | of the item: decimal bytes, 8 hexadecimal digits |
/// | empty | then the item's bytes as they were, and a line feed |
///
/// It is durable before the cursor passes the item; after a crash between the two it stands there twice. A torn entry
/// at the end is one whose item comes again.
struct DeadLetter: Sendable {
    let stage: String
    let topic: String
    let partition: PartitionIndex
    let stream: StreamID
    let number: UInt64
    let index: Int
    let reason: String
    let bytes: ArraySlice<UInt8>

    var fileName: String { "\(stage)-\(partition).log" }

    func entry(unixMilliseconds: UInt64) -> [UInt8] {
        let line = String(
            String.UnicodeScalarView(reason.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
        let digits = String(Checksum.crc32(bytes), radix: 16)
        let head = """
            dead-letter 1
            time: \(unixMilliseconds)
            stage: \(stage)
            topic: \(topic)
            partition: \(partition)
            source: \(stream)/\(number)/\(index)
            reason: \(line)
            length: \(bytes.count)
            crc32: \(String(repeating: "0", count: 8 - digits.count) + digits)


            """
        return Array(head.utf8) + bytes + [UInt8(ascii: "\n")]
    }
}
