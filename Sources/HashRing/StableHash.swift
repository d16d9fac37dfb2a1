/// A hash of bytes that is the same in every process and release: FNV-1a, 64 bits, with the finalizer of MurmurHash3.
///
/// It decides partitions and file paths, so it never changes.
public enum StableHash {
    public static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes {
            value ^= UInt64(byte)
            value &*= 0x0000_0100_0000_01B3
        }
        return mixed(value)
    }

    /// Of the eight bytes of a number, most significant first.
    public static func hash(bigEndian number: UInt64) -> UInt64 {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        var shift: UInt64 = 64
        while shift > 0 {
            shift -= 8
            value ^= number >> shift & 0xFF
            value &*= 0x0000_0100_0000_01B3
        }
        return mixed(value)
    }

    public static func hash(_ text: String) -> UInt64 { hash(text.utf8) }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = value
        value ^= value >> 33
        value &*= 0xFF51_AFD7_ED55_8CCD
        value ^= value >> 33
        value &*= 0xC4CE_B9FE_1A85_EC53
        value ^= value >> 33
        return value
    }
}
