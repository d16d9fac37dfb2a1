internal import DurableFiles

/// The start of a segment file: two copies of 64 bytes, at 0 and 512, so that one damaged byte does not cost a segment.
///
///      0 magic 8 bytes · 8 version u32 · 12 zero u32 · 16 sequence number u64 · 24 salt u64 · 32 zeros
///     60 CRC32 of 0..<60
///
/// Every version keeps magic, version and CRC32 where they are, so that "unknown version" can be told from "damaged".
struct SegmentHeader: Sendable, Hashable {
    static let areaBytes = 1024
    static let copyBytes = 64
    static let copyOffsets = [0, 512]
    static let version: UInt32 = 1
    static let magic: [UInt8] = Array("SCSEGMT\n".utf8)

    var sequence: UInt64
    var salt: SegmentSalt

    func encoded() -> [UInt8] {
        var area = [UInt8](repeating: 0, count: SegmentHeader.areaBytes)
        var copy = ByteSink()
        copy.put(SegmentHeader.magic)
        copy.put(SegmentHeader.version)
        copy.put(UInt32(0))
        copy.put(sequence)
        copy.put(salt.value)
        copy.put([UInt8](repeating: 0, count: 28))
        copy.put(Checksum.crc32(copy.bytes))
        for offset in SegmentHeader.copyOffsets {
            area.replaceSubrange(offset..<offset + SegmentHeader.copyBytes, with: copy.bytes)
        }
        return area
    }

    enum Reading {
        /// At least one copy is good; the damaged ones by offset.
        case good(SegmentHeader, damagedCopies: [Int])
        case unsupportedVersion(UInt32)
        case damaged
    }

    /// Reads the header of the file that by its name has this sequence number.
    static func read(_ area: [UInt8], sequence: UInt64) -> Reading {
        var good: SegmentHeader?
        var damaged: [Int] = []
        for offset in copyOffsets {
            guard area.count >= offset + copyBytes else {
                return good.map { .good($0, damagedCopies: [offset]) } ?? .damaged
            }
            switch readCopy(area[offset..<offset + copyBytes]) {
            case .good(let header, _) where header.sequence == sequence: good = header
            case .unsupportedVersion(let version): return .unsupportedVersion(version)
            default: damaged.append(offset)
            }
        }
        return good.map { .good($0, damagedCopies: damaged) } ?? .damaged
    }

    private static func readCopy(_ copy: ArraySlice<UInt8>) -> Reading {
        var source = ByteSource(copy)
        guard source.take(count: 8).map(Array.init) == magic,
            let version = source.take(UInt32.self), source.take(UInt32.self) != nil,
            let sequence = source.take(UInt64.self), let salt = source.take(UInt64.self),
            source.take(count: 28) != nil, let checksum = source.take(UInt32.self),
            checksum == Checksum.crc32(copy.dropLast(4))
        else { return .damaged }
        guard version == SegmentHeader.version else { return .unsupportedVersion(version) }
        return .good(SegmentHeader(sequence: sequence, salt: SegmentSalt(value: salt)), damagedCopies: [])
    }
}
