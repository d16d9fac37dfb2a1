/// A text without regard to case, in which terms are looked for: by the operator's list and by people's filters.
public struct FoldedText: Sendable {
    public let bytes: [UInt8]

    public init(_ text: String) { bytes = Array(text.lowercased().utf8) }

    /// Whether the term stands in the text; as a whole word, where no letter, digit or underscore continues it on a side
    /// on which it ends with one. An empty term is nowhere.
    public func contains(_ term: FoldedText, wholeWord: Bool) -> Bool {
        let term = term.bytes
        guard let first = term.first, term.count <= bytes.count else { return false }
        return bytes.withUnsafeBufferPointer { text in
            for start in 0...text.count - term.count where text[start] == first {
                let end = start + term.count
                guard text[start..<end].elementsEqual(term) else { continue }
                if !wholeWord || isWhole(start, end, in: text) { return true }
            }
            return false
        }
    }

    /// Words and single spaces only: texts that differ in nothing else are the same text.
    public var collapsed: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for byte in bytes {
            let isSpace = byte == 0x20 || (0x09...0x0D).contains(byte)
            if !isSpace { result.append(byte) } else if result.last != 0x20, !result.isEmpty { result.append(0x20) }
        }
        if result.last == 0x20 { result.removeLast() }
        return result
    }

    private func isWhole(_ start: Int, _ end: Int, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        func isWord(endingAt end: Int) -> Bool { Self.isWord(Self.scalar(endingAt: end, in: text)) }
        func isWord(startingAt start: Int) -> Bool { Self.isWord(Self.scalar(startingAt: start, in: text)) }
        if start > 0, isWord(startingAt: start), isWord(endingAt: start) { return false }
        return end == text.count || !isWord(endingAt: end) || !isWord(startingAt: end)
    }

    private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    private static func scalar(startingAt start: Int, in text: UnsafeBufferPointer<UInt8>) -> Unicode.Scalar? {
        String(decoding: text[start..<min(start + 4, text.count)], as: UTF8.self).unicodeScalars.first
    }

    private static func scalar(endingAt end: Int, in text: UnsafeBufferPointer<UInt8>) -> Unicode.Scalar? {
        var start = end - 1
        while start > 0, end - start < 4, text[start] & 0xC0 == 0x80 { start -= 1 }
        return scalar(startingAt: start, in: text)
    }
}
