/// Little-endian integers at unaligned places. Offsets are the caller's own arithmetic and in bounds.
extension UnsafeMutableRawBufferPointer {
    func put<T: FixedWidthInteger>(_ value: T, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
    }
}

extension UnsafeRawBufferPointer {
    func get<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
        T(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }
}

/// Appends little-endian integers and bytes.
struct ByteSink {
    var bytes: [UInt8] = []

    mutating func put<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func put(_ more: [UInt8]) { bytes.append(contentsOf: more) }
}

/// Takes little-endian integers and bytes, checked against the end: nil once there are too few.
struct ByteSource {
    let bytes: ArraySlice<UInt8>
    private(set) var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    mutating func take<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) -> T? {
        guard let part = take(count: MemoryLayout<T>.size) else { return nil }
        return part.withUnsafeBytes { $0.get(type, at: 0) }
    }

    mutating func take(count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= bytes.endIndex - position else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }
}
