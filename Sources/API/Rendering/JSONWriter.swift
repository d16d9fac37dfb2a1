/// Appends JSON to bytes. It keeps the commas; what belongs where is the caller's business.
///
/// Text is written as UTF-8 with `"`, `\` and control characters escaped. Numbers are integers: the API has no others.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init(reserving capacity: Int = 1024) { bytes.reserveCapacity(capacity) }

    mutating func beginObject() { open(UInt8(ascii: "{")) }
    mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        append(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A key that is not known at compile time.
    mutating func key(_ name: String) {
        text(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func null() { literal("null") }
    mutating func flag(_ value: Bool) { if value { literal("true") } else { literal("false") } }

    mutating func integer(_ value: some FixedWidthInteger) {
        separate()
        appendDigits(of: value)
    }

    mutating func text(_ value: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        appendEscaped(value)
        bytes.append(UInt8(ascii: "\""))
    }

    /// An identifier: decimal digits in quotes.
    mutating func id(_ value: UInt64) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        appendDigits(of: value)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func id(_ value: UInt64?) { if let value { id(value) } else { null() } }

    /// Bytes that are one JSON value already.
    mutating func raw(_ value: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: value)
    }

    /// Bytes that go on in the middle of a value; no comma is put before them, and none is missing after them if
    /// `endsValue`.
    mutating func splice(_ part: some Collection<UInt8>, endsValue: Bool) {
        bytes.append(contentsOf: part)
        needsComma = endsValue
    }

    // One field in one call.

    mutating func field(_ name: StaticString, _ value: String) {
        key(name)
        text(value)
    }

    mutating func field(_ name: StaticString, _ value: Bool) {
        key(name)
        flag(value)
    }

    mutating func field(_ name: StaticString, count: some FixedWidthInteger) {
        key(name)
        integer(count)
    }

    mutating func field(_ name: StaticString, id value: UInt64?) {
        key(name)
        id(value)
    }

    mutating func nullField(_ name: StaticString) {
        key(name)
        null()
    }

    mutating func emptyArrayField(_ name: StaticString) {
        key(name)
        beginArray()
        endArray()
    }

    mutating func list(_ name: StaticString, _ values: some Sequence<String>) {
        key(name)
        beginArray()
        for value in values { text(value) }
        endArray()
    }

    mutating func object(_ name: StaticString, _ fields: (inout JSONWriter) -> Void) {
        key(name)
        beginObject()
        fields(&self)
        endObject()
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func literal(_ word: StaticString) {
        separate()
        append(word)
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func appendDigits(of value: some FixedWidthInteger) {
        var text = String(value)
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    private mutating func appendEscaped(_ value: String) {
        var value = value
        value.withUTF8 { utf8 in
            var clean = 0
            for index in utf8.indices where JSONWriter.mustEscape(utf8[index]) {
                bytes.append(contentsOf: utf8[clean..<index])
                appendEscape(of: utf8[index])
                clean = index + 1
            }
            bytes.append(contentsOf: utf8[clean...])
        }
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendEscape(of byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default:
            append("u00")
            bytes.append(HexDigits.lower[Int(byte >> 4)])
            bytes.append(HexDigits.lower[Int(byte & 15)])
        }
    }
}

enum HexDigits {
    static let lower = Array("0123456789abcdef".utf8)
    static let upper = Array("0123456789ABCDEF".utf8)
}
