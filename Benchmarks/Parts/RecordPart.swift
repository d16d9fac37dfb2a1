import Mailbox
import Measuring
import StatuscastModel

/// What a mailbox record costs before it is written and after it was read. One thread.
struct RecordPart {
    let seconds: Double

    var trials: [Trial] {
        let bytes = SampleStatus.rendered(0).count
        return [
            Trial([.init("record: render", "records/s")], recordBytes: bytes, note: "one core") { [try render()] },
            Trial([.init("record: parse", "records/s")], recordBytes: bytes, note: "one core") { [try parse()] },
        ]
    }

    private func render() throws -> Double {
        let records = (0..<1000).map { SampleStatus.record($0) }
        var bytes = 0
        let perSecond = Self.repeating(records, seconds: seconds) { bytes += SampleStatus.rendered($0).count }
        try verify(bytes > 0, "nothing was rendered")
        return perSecond
    }

    /// Checksum, fields and body, and what a status record says; what comes out must be what went in.
    private func parse() throws -> Double {
        let records = (0..<1000).map { SampleStatus.record($0) }
        let rendered = records.map { SampleStatus.rendered($0) }
        for (record, bytes) in zip(records, rendered) {
            try verify(try Self.read(bytes) == record, "record \(record.id) reads back differently")
        }
        var ids: UInt64 = 0
        let perSecond = try Self.repeating(rendered, seconds: seconds) { ids &+= try Self.read($0).id }
        try verify(ids > 0, "nothing was parsed")
        return perSecond
    }

    private static func read(_ bytes: [UInt8]) throws -> StatusRecord {
        let parsed = try RecordFormat.parse(bytes[...])
        return try StatusRecord(id: parsed.id, text: parsed.body) { parsed.header($0) }
    }

    /// Goes through the elements again and again until the time is over; elements a second.
    static func repeating<Element>(
        _ elements: [Element], seconds: Double, _ body: (Element) throws -> Void
    ) rethrows -> Double {
        let watch = Stopwatch()
        var count = 0
        while watch.seconds < seconds {
            for element in elements { try body(element) }
            count += elements.count
        }
        return Double(count) / watch.seconds
    }
}
