public import StatuscastModel

/// The header `traceparent` of W3C Trace Context: `00-TRACE-PARENT-FLAGS`, all in lower-case hex.
public struct TraceParent: Sendable, Hashable, CustomStringConvertible {
    public static let headerName = "traceparent"

    public var trace: TraceID
    /// Names the caller's part of the work, or ours in an answer.
    public var parent: UInt64
    /// Bit 0: the caller records the trace. Passed on as it came.
    public var flags: UInt8

    public init(trace: TraceID, parent: UInt64, flags: UInt8) {
        self.trace = trace
        self.parent = parent
        self.flags = flags
    }

    /// Nil for what the specification says to ignore: another form, upper case, ids of zeros, version `ff`. Later
    /// versions may have more behind a dash.
    public init?(_ header: String) {
        let bytes = Array(header.utf8)
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = TraceID.value(bytes[0..<2]), version != 0xFF,
            bytes.count == 55 || version > 0 && bytes[55] == dash,
            let trace = TraceID(bytes[3..<35]), let parent = TraceID.value(bytes[36..<52]), parent != 0,
            let flags = TraceID.value(bytes[53..<55])
        else { return nil }
        self.init(trace: trace, parent: parent, flags: UInt8(flags))
    }

    /// What a request belongs to: what its header names, else something new, not recorded by any caller.
    public static func accepted(_ header: String?) -> TraceParent {
        if let header, let parent = TraceParent(header) { return parent }
        return TraceParent(trace: .random(), parent: .random(in: 1...UInt64.max), flags: 0)
    }

    /// The same trace with a new id for our part of it.
    public func continued() -> TraceParent {
        TraceParent(trace: trace, parent: .random(in: 1...UInt64.max), flags: flags)
    }

    public var description: String {
        let digits = TraceID.hex(UInt64(flags)).suffix(2)
        return "00-\(trace)-\(TraceID.hex(parent))-\(digits)"
    }
}
