import Queue
import Testing

struct CursorCodecTests {
    private let cursor = Cursor([
        StreamID(openedUnixMilliseconds: 5, random: 9): 12, StreamID(openedUnixMilliseconds: 4, random: .max): .max,
    ])

    @Test func aCursorComesBackAsItWas() throws {
        #expect(try CursorCodec.decoded(CursorCodec.encoded(cursor)) == cursor)
        #expect(try CursorCodec.decoded(CursorCodec.encoded(Cursor())) == Cursor())
    }

    /// What disks hold: these bytes must be read for ever.
    @Test func theBytesAreThoseOfTheFormat() {
        let bytes = CursorCodec.encoded(Cursor([StreamID(openedUnixMilliseconds: 5, random: 0x0102): 12]))
        #expect(
            bytes == [1, 1, 0, 0, 0] + [5, 0, 0, 0, 0, 0, 0, 0] + [2, 1, 0, 0, 0, 0, 0, 0] + [12, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func bytesThatAreNoCursorAreRefused() {
        let bytes = CursorCodec.encoded(cursor)
        for count in 0..<bytes.count {
            #expect(throws: QueueError.self) { try CursorCodec.decoded(Array(bytes.prefix(count))) }
        }
        #expect(throws: QueueError.self) { try CursorCodec.decoded([1, .max, .max, .max, .max] + bytes) }
    }

    @Test func aNewerCursorIsNotTakenForDamage() {
        do throws(QueueError) {
            _ = try CursorCodec.decoded([2])
            Issue.record("decoded")
        } catch {
            #expect(error.code == .unsupportedVersion)
        }
    }

    @Test func bytesBehindTheStreamsAreIgnored() throws {
        #expect(try CursorCodec.decoded(CursorCodec.encoded(cursor) + [7, 7]) == cursor)
    }
}
