internal import StatuscastModel

/// What an uploaded picture is, told from its first bytes alone: no byte of the picture itself is decoded here.
struct PictureFormat: Sendable, Hashable {
    let format: PictureName.Format
    let width: Int
    let height: Int

    /// Nil for what does not begin as a picture of a known type does.
    init?(of bytes: [UInt8]) {
        let reader = PictureBytes(bytes)
        guard let found = Self.png(reader) ?? Self.gif(reader) ?? Self.webp(reader) ?? Self.jpeg(reader) else {
            return nil
        }
        self = found
    }

    private init?(_ format: PictureName.Format, _ width: Int?, _ height: Int?) {
        guard let width, let height, width > 0, height > 0 else { return nil }
        self.format = format
        self.width = width
        self.height = height
    }

    private static func png(_ bytes: PictureBytes) -> PictureFormat? {
        guard bytes.has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], at: 0), bytes.has("IHDR", at: 12) else {
            return nil
        }
        return PictureFormat(.png, bytes.big(4, at: 16), bytes.big(4, at: 20))
    }

    private static func gif(_ bytes: PictureBytes) -> PictureFormat? {
        guard bytes.has("GIF87a", at: 0) || bytes.has("GIF89a", at: 0) else { return nil }
        return PictureFormat(.gif, bytes.little(2, at: 6), bytes.little(2, at: 8))
    }

    /// The three kinds of a first chunk: lossy, lossless, extended.
    private static func webp(_ bytes: PictureBytes) -> PictureFormat? {
        guard bytes.has("RIFF", at: 0), bytes.has("WEBP", at: 8) else { return nil }
        if bytes.has("VP8 ", at: 12), bytes.has([0x9D, 0x01, 0x2A], at: 23) {
            return PictureFormat(
                .webp, bytes.little(2, at: 26).map { $0 & 0x3FFF }, bytes.little(2, at: 28).map { $0 & 0x3FFF })
        }
        if bytes.has("VP8L", at: 12), bytes.has([0x2F], at: 20), let packed = bytes.little(4, at: 21) {
            return PictureFormat(.webp, (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1)
        }
        guard bytes.has("VP8X", at: 12) else { return nil }
        return PictureFormat(.webp, bytes.little(3, at: 24).map { $0 + 1 }, bytes.little(3, at: 27).map { $0 + 1 })
    }

    /// From segment to segment up to the one with the size.
    private static func jpeg(_ bytes: PictureBytes) -> PictureFormat? {
        guard bytes.has([0xFF, 0xD8, 0xFF], at: 0) else { return nil }
        var place = 2
        while let lead = bytes.big(1, at: place), lead == 0xFF, let marker = bytes.big(1, at: place + 1) {
            switch marker {
            case 0xFF: place += 1
            case 0xC4, 0xC8, 0xCC, 0xE0...0xEF, 0xDB, 0xDD, 0xFE:
                guard let length = bytes.big(2, at: place + 2), length >= 2 else { return nil }
                place += 2 + length
            case 0xC0...0xCF: return PictureFormat(.jpeg, bytes.big(2, at: place + 7), bytes.big(2, at: place + 5))
            default: return nil
            }
        }
        return nil
    }
}

/// Bytes that may end anywhere.
private struct PictureBytes {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func has(_ expected: [UInt8], at place: Int) -> Bool {
        bytes.count >= place + expected.count && bytes[place..<place + expected.count].elementsEqual(expected)
    }

    func has(_ expected: StaticString, at place: Int) -> Bool {
        has(expected.withUTF8Buffer { Array($0) }, at: place)
    }

    func big(_ count: Int, at place: Int) -> Int? {
        guard bytes.count >= place + count else { return nil }
        return bytes[place..<place + count].reduce(0) { $0 << 8 | Int($1) }
    }

    func little(_ count: Int, at place: Int) -> Int? {
        guard bytes.count >= place + count else { return nil }
        return bytes[place..<place + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
