/// Bytes that do not decode: which field, and what was wrong with it. Nothing that came from a disk or a peer traps.
public struct DecodeError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Reason: Hashable, Sendable {
        case truncated
        case unsupportedVersion(UInt8)
        case invalid(String)
    }

    public let field: String
    public let reason: Reason

    public init(field: String, reason: Reason) {
        self.field = field
        self.reason = reason
    }

    public var description: String {
        switch reason {
        case .truncated: "\(field): the bytes end too early"
        case .unsupportedVersion(let version): "\(field): version \(version) is newer than this program"
        case .invalid(let what): "\(field): \(what)"
        }
    }
}

/// Appends little-endian integers and length-prefixed bytes to an array.
public struct ByteWriter: Sendable {
    public private(set) var bytes: [UInt8]

    public init(reserving capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    public mutating func integer<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    public mutating func id<Kind>(_ id: Identifier<Kind>) { integer(id.rawValue) }
    /// 0 stands for none.
    public mutating func id<Kind>(_ id: Identifier<Kind>?) { integer(id?.rawValue ?? 0) }
    public mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }
    public mutating func raw(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// A count of 4 bytes, then the bytes.
    public mutating func blob(_ more: some Collection<UInt8>) {
        integer(UInt32(more.count))
        bytes.append(contentsOf: more)
    }

    public mutating func text(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            integer(UInt32(utf8.count))
            bytes.append(contentsOf: utf8)
        }
    }

    public mutating func list<T>(_ values: [T], _ each: (inout ByteWriter, T) -> Void) {
        integer(UInt32(values.count))
        for value in values { each(&self, value) }
    }
}

/// Reads what `ByteWriter` wrote, with every length checked against what is left.
public struct ByteReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    public init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    public init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    public var remaining: Int { bytes.endIndex - position }
    public var isAtEnd: Bool { remaining == 0 }

    /// A slice that shares the storage it came from.
    public mutating func raw(_ count: Int, _ field: String) throws(DecodeError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw DecodeError(field: field, reason: .truncated) }
        defer { position += count }
        return bytes[position..<position + count]
    }

    public mutating func integer<T: FixedWidthInteger>(_ field: String, as type: T.Type = T.self) throws(DecodeError)
        -> T
    {
        let raw = try raw(MemoryLayout<T>.size, field)
        return raw.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(as: T.self)) }
    }

    public mutating func id<Kind>(_ field: String) throws(DecodeError) -> Identifier<Kind> {
        Identifier(rawValue: try integer(field, as: UInt64.self))
    }

    public mutating func optionalID<Kind>(_ field: String) throws(DecodeError) -> Identifier<Kind>? {
        let value = try integer(field, as: UInt64.self)
        return value == 0 ? nil : Identifier(rawValue: value)
    }

    public mutating func flag(_ field: String) throws(DecodeError) -> Bool {
        try integer(field, as: UInt8.self) != 0
    }

    public mutating func blob(_ field: String) throws(DecodeError) -> ArraySlice<UInt8> {
        let count = try integer(field, as: UInt32.self)
        return try raw(Int(count), field)
    }

    public mutating func text(_ field: String) throws(DecodeError) -> String {
        let bytes = try blob(field)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DecodeError(field: field, reason: .invalid("not UTF-8"))
        }
        return text
    }

    public mutating func list<T>(
        _ field: String, _ each: (inout ByteReader) throws(DecodeError) -> T
    ) throws(DecodeError) -> [T] {
        let count = Int(try integer(field, as: UInt32.self))
        // Every element takes at least one byte: a larger count is damage, found before memory is asked for.
        guard count <= remaining else { throw DecodeError(field: field, reason: .truncated) }
        var values: [T] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try each(&self)) }
        return values
    }

    /// The version byte that starts every item; 1 up to `newest` are read.
    public mutating func version(upTo newest: UInt8, _ field: String) throws(DecodeError) -> UInt8 {
        let version = try integer(field, as: UInt8.self)
        guard version >= 1, version <= newest else {
            throw DecodeError(field: field, reason: .unsupportedVersion(version))
        }
        return version
    }
}
