internal import Crypto
internal import DurableFiles
internal import StatuscastModel

/// The picture of an account that has uploaded none: the same for the same account, wherever and whenever it is made.
///
/// An avatar is five by five fields, left and right alike, a header a row of bars; both in a light and a dark shade of
/// one hue that follows from the account's id.
enum GeneratedPicture {
    static func png(_ purpose: PictureName.Purpose, of account: AccountID) -> [UInt8] {
        let hash = Array(SHA256.hash(data: Array("\(purpose.rawValue) \(account)".utf8)))
        let palette = palette(hue: Int(hash[0]) * 6)
        switch purpose {
        case .avatar:
            return TwoColorPNG.encoded(width: 120, height: 120, palette: palette) { x, y in
                guard (10..<110).contains(x), (10..<110).contains(y) else { return false }
                let (column, row) = ((x - 10) / 20, (y - 10) / 20)
                return hash[1 + min(column, 4 - column) * 5 + row] & 1 == 1
            }
        case .header:
            return TwoColorPNG.encoded(width: 480, height: 160, palette: palette) { x, y in
                y > 160 - 16 - Int(hash[1 + x / 20]) / 2
            }
        }
    }

    /// Light behind, dark before. `hue` counts 256 steps in each of six parts of the circle.
    private static func palette(hue: Int) -> [UInt8] {
        let (part, step) = (hue / 256, UInt8(hue % 256))
        let full: [UInt8] =
            switch part {
            case 0: [255, step, 0]
            case 1: [255 - step, 255, 0]
            case 2: [0, 255, step]
            case 3: [0, 255 - step, 255]
            case 4: [step, 0, 255]
            default: [255, 0, 255 - step]
            }
        return full.map { 208 + $0 / 6 } + full.map { 40 + $0 / 3 }
    }
}

/// A PNG of two colours and one bit a pixel, its bytes stored as they are.
enum TwoColorPNG {
    /// `palette` is red, green, blue of the colour that is not set, then of the one that is. A row takes at most
    /// 65,535 bytes.
    static func encoded(width: Int, height: Int, palette: [UInt8], isSet: (Int, Int) -> Bool) -> [UInt8] {
        var png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        append("IHDR", big(UInt32(width)) + big(UInt32(height)) + [1, 3, 0, 0, 0], to: &png)
        append("PLTE", palette, to: &png)
        append("IDAT", stored((0..<height).map { row(width, $0, isSet) }), to: &png)
        append("IEND", [], to: &png)
        return png
    }

    /// No filter, then the pixels, the leftmost in the highest bit.
    private static func row(_ width: Int, _ y: Int, _ isSet: (Int, Int) -> Bool) -> [UInt8] {
        var row = [UInt8](repeating: 0, count: 1 + (width + 7) / 8)
        for x in 0..<width where isSet(x, y) { row[1 + x / 8] |= 0x80 >> UInt8(x % 8) }
        return row
    }

    /// As zlib has it (RFC 1950): a block for each row, nothing compressed, and the sum of all bytes.
    private static func stored(_ rows: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = [0x78, 0x01]
        var (low, high): (UInt32, UInt32) = (1, 0)
        for (index, row) in rows.enumerated() {
            let count = UInt16(row.count)
            bytes.append(index == rows.count - 1 ? 1 : 0)
            for value in [count, ~count] { bytes += [UInt8(value & 0xFF), UInt8(value >> 8)] }
            bytes += row
            for byte in row {
                low = (low + UInt32(byte)) % 65_521
                high = (high + low) % 65_521
            }
        }
        return bytes + big(high << 16 | low)
    }

    private static func append(_ name: StaticString, _ content: [UInt8], to png: inout [UInt8]) {
        let chunk = name.withUTF8Buffer { Array($0) } + content
        png += big(UInt32(content.count)) + chunk + big(Checksum.crc32(chunk))
    }

    private static func big(_ value: UInt32) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
