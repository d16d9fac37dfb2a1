/// RFC 2047: text that is not printable ASCII, as `=?utf-8?B?…?=` words of at most 75 characters.
enum EncodedWord {
    private static let opening = "=?utf-8?B?"
    private static let closing = "?="

    /// True if a header may hold the text as it is: printable ASCII, no space at either end, nothing that reads as an
    /// encoded word, and not longer than a line may be.
    static func canStandPlain(_ text: String, lineBytesMax: Int) -> Bool {
        let bytes = text.utf8
        guard bytes.count <= lineBytesMax else { return false }
        if bytes.first == UInt8(ascii: " ") || bytes.last == UInt8(ascii: " ") { return false }
        var previous: UInt8 = 0
        for byte in bytes {
            guard (0x20...0x7E).contains(byte) else { return false }
            if previous == UInt8(ascii: "=") && byte == UInt8(ascii: "?") { return false }
            previous = byte
        }
        return true
    }

    /// The text as encoded words, each on a line of its own; `column` is how much of the first line is taken.
    ///
    /// A word ends between two Unicode scalars, so that each is valid by itself.
    static func encode(_ text: String, startingAt column: Int) -> String {
        var result = ""
        var word: [UInt8] = []
        var room = bytesInWord(lineRoom: 76 - column)
        func finish() {
            if !result.isEmpty { result += "\n " }
            result += opening + Base64.encode(word) + closing
            word.removeAll(keepingCapacity: true)
            room = bytesInWord(lineRoom: 75)
        }
        for scalar in text.unicodeScalars {
            let utf8 = UTF8.encode(scalar).map(Array.init) ?? []
            if word.count + utf8.count > room { finish() }
            word += utf8
        }
        if !word.isEmpty || result.isEmpty { finish() }
        return result
    }

    /// Reads a field's value with its folds taken out: encoded words are decoded, the space between two of them goes.
    static func decode(_ value: Substring) -> String {
        guard value.utf8.contains(UInt8(ascii: "=")), value.contains(opening) else { return String(value) }
        var bytes: [UInt8] = []
        var previousWasWord = true
        for (index, part) in value.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            let word = decodeWord(part)
            if index > 0 && !(previousWasWord && word != nil) { bytes.append(UInt8(ascii: " ")) }
            bytes += word ?? Array(part.utf8)
            previousWasWord = word != nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func decodeWord(_ part: Substring) -> [UInt8]? {
        guard part.hasPrefix(opening), part.hasSuffix(closing) else { return nil }
        return Base64.decode(part.utf8.dropFirst(opening.utf8.count).dropLast(closing.utf8.count))
    }

    /// How many bytes of text fit, given the columns left; never so few that a scalar does not.
    private static func bytesInWord(lineRoom: Int) -> Int {
        max(6, (min(lineRoom, 75) - opening.utf8.count - closing.utf8.count) / 4 * 3)
    }
}

/// RFC 4648 with padding.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    static func encode(_ bytes: [UInt8]) -> String {
        var letters: [UInt8] = []
        letters.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group = UInt32(bytes[start]) << 16
            if count > 1 { group |= UInt32(bytes[start + 1]) << 8 }
            if count > 2 { group |= UInt32(bytes[start + 2]) }
            for position in 0..<4 {
                letters.append(
                    position <= count ? alphabet[Int(group >> (18 - 6 * UInt32(position)) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: letters, as: UTF8.self)
    }

    /// Nil for anything that `encode` does not write.
    static func decode(_ letters: some Collection<UInt8>) -> [UInt8]? {
        guard letters.count % 4 == 0 else { return nil }
        let padding = letters.suffix(2).count { $0 == UInt8(ascii: "=") }
        var bytes: [UInt8] = []
        var group: UInt32 = 0
        for (index, letter) in letters.dropLast(padding).enumerated() {
            let value = values[Int(letter)]
            guard value != 0xFF else { return nil }
            group = group << 6 | UInt32(value)
            if index % 4 == 3 { appendGroup(group, count: 3, to: &bytes) }
        }
        if padding > 0 { appendGroup(group << (6 * UInt32(padding)), count: 3 - padding, to: &bytes) }
        return bytes
    }

    private static func appendGroup(_ group: UInt32, count: Int, to bytes: inout [UInt8]) {
        for position in 0..<count { bytes.append(UInt8(truncatingIfNeeded: group >> (16 - 8 * UInt32(position)))) }
    }
}
