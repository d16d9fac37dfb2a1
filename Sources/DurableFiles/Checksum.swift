internal import CZlib

/// CRC32 as zlib computes it (polynomial 0xEDB88320, RFC 1952): every format of this project uses this one.
public enum Checksum {
    /// The checksum of `bytes`, continuing from `seed` (0 starts a new one).
    public static func crc32(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return seed }
        let start = base.assumingMemoryBound(to: UInt8.self)
        return UInt32(truncatingIfNeeded: CZlib.crc32_z(uLong(seed), start, bytes.count))
    }

    public static func crc32(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { crc32($0, seed: seed) }
    }

    public static func crc32(_ bytes: ArraySlice<UInt8>, seed: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { crc32($0, seed: seed) }
    }
}
